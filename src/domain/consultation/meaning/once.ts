/** What is made from data when it is first needed, and is the same for everybody afterwards: nothing is done at import. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
