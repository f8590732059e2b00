import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { markdownFiles, readDoc, repository, withoutBlocks } from "./markdown.ts";

/** The anchors a page offers, made from its headings as code hosts make them. */
function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of withoutBlocks(markdown).matchAll(/^#{1,6} +(.+)$/gm)) {
    const base = heading!
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(/\s/g, "-");
    let anchor = base;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${base}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

function relativeLinks(markdown: string): string[] {
  const prose = withoutBlocks(markdown).replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!).filter((target) => !/^[a-z]+:/.test(target));
}

describe("links in the documentation", () => {
  it.each(markdownFiles)("%s", (path) => {
    const dead = relativeLinks(readDoc(path)).filter((link) => {
      const [target = "", anchor] = link.split("#");
      const file = target === "" ? path : normalize(join(dirname(path), decodeURIComponent(target)));
      if (!existsSync(repository + file)) return true;
      return anchor !== undefined && !anchorsOf(readDoc(file)).has(anchor);
    });
    expect(dead).toEqual([]);
  });
});

describe("files that the documentation names", () => {
  const named = (path: string) => {
    const text = withoutBlocks(readDoc(path));
    return [...text.matchAll(/`((?:src|bin|bench|docs|scripts|tests)\/[\w./-]*\w\/?)`/g)].map(([, file]) => file!);
  };
  it.each(markdownFiles)("%s", (path) => {
    expect(named(path).filter((file) => !existsSync(repository + file))).toEqual([]);
  });

  // These pages write paths without the src/ in front.
  it.each(["docs/architecture.md", "docs/glossary.md", "CONTRIBUTING.md"])("%s, below src", (path) => {
    const rooms = "domain|kernels|models|evaluation|storage|privacy|ingestion|learning|serving|insight|demo|server|cli|console";
    const text = withoutBlocks(readDoc(path));
    const files = [...text.matchAll(new RegExp(`\`((?:${rooms})/[\\w./-]+\\.tsx?)\``, "g"))].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => !existsSync(`${repository}src/${file}`))).toEqual([]);
  });
});
