const passed = /^(PATH|HOME|LANG|LC_[A-Z]+|TZ|TMPDIR|LD_LIBRARY_PATH|OMP_\w+|ORT_\w+|GGML_\w+|CUDA_\w+|NVIDIA_\w+|VK_\w+|XDG_RUNTIME_DIR)$/;

/** What an engine may know of the service's environment: where programs and drivers lie, never a key or a password. */
export function engineEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined && passed.test(entry[0]));
  return { PATH: '/usr/local/bin:/usr/bin:/bin', ...Object.fromEntries(kept) };
}
