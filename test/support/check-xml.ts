/** What a document is made of. */
export interface XmlParts {
  readonly tags: string[];
  readonly attributes: string[];
}

const ATTRIBUTE = /\s+([A-Za-z_:][\w:.-]*)="([^"<]*)"/y;
const TAG = /<(\/?)([A-Za-z][\w:.-]*)/y;

/**
 * Reads XML of elements, attributes in double quotes, text and CDATA, and nothing else.
 *
 * @throws Error where it is not well-formed.
 */
export function checkXml(xml: string): XmlParts {
  const open: string[] = [];
  const tags: string[] = [];
  const attributes: string[] = [];
  let at = 0;
  const fail = (why: string): never => {
    throw new Error(`${why} at ${at}: ${xml.slice(at, at + 80)}`);
  };
  if (/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(xml)) fail('no XML character');
  while (at < xml.length) {
    if (xml[at] !== '<') {
      const end = xml.indexOf('<', at);
      const text = xml.slice(at, end < 0 ? undefined : end);
      if (/&(?!amp;|lt;|gt;|quot;|#39;|#\d+;)/.test(text) || text.includes(']]>')) fail('wrong text');
      at += text.length;
      continue;
    }
    if (xml.startsWith('<![CDATA[', at)) {
      at = xml.indexOf(']]>', at) + 3;
      continue;
    }
    TAG.lastIndex = at;
    const [whole = '', slash, name = ''] = TAG.exec(xml) ?? fail('no tag');
    at += whole.length;
    if (slash === '/') {
      if (open.pop() !== name) fail(`</${name}> ends nothing`);
    } else {
      tags.push(name);
      open.push(name);
      ATTRIBUTE.lastIndex = at;
      for (let found = ATTRIBUTE.exec(xml); found !== null; found = ATTRIBUTE.exec(xml)) {
        attributes.push(found[1] ?? '');
        at = ATTRIBUTE.lastIndex;
      }
    }
    while (xml[at] === ' ') at++;
    if (xml[at] === '/' && slash !== '/') {
      open.pop();
      at++;
    }
    if (xml[at] !== '>') fail('a tag does not end');
    at++;
  }
  if (open.length > 0) fail(`<${open.at(-1)}> does not end`);
  return { tags, attributes };
}
