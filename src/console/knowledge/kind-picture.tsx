const short: Readonly<Record<string, string>> = { markdown: 'md', text: 'txt', htm: 'html' };

/** A sheet with the kind of its file on it. */
export function KindPicture({ name }: { readonly name: string }) {
  const ending = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const kind = (short[ending] ?? ending).slice(0, 4);
  return (
    <svg className="kind" viewBox="0 0 36 44" aria-hidden="true" data-kind={kind}>
      <path className="sheet" d="M3 1h21l9 9v33H3z" />
      <path className="fold" d="M24 1v9h9" />
      <text x="18" y="33" textAnchor="middle" className={kind.length > 3 ? 'long' : undefined}>
        {kind.toUpperCase()}
      </text>
    </svg>
  );
}
