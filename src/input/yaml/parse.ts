/** Reads YAML 1.2 (and so JSON) into a Tree: every syntax error at its place, within limits that no file can break. */
import { Composer, Lexer, Parser, type Document } from "yaml";
import { Problem } from "../../model/problem.ts";
import { growTree, maximumDepth } from "./grow.ts";
import type { Source } from "./source.ts";
import type { Tree } from "./tree.ts";

/** Errors after so many are consequences of the first ones. */
const maximumErrors = 20;

/** The file's tree; undefined for a file with nothing in it. Throws Problems of code `config.syntax`. */
export function parseYaml(source: Source, problems: Problem[]): Tree | undefined {
  const document = compose(source, problems);
  if (document === undefined || problems.length > 0) return undefined;
  const { contents } = document;
  if (contents === null) return undefined;
  return growTree(contents, source, problems);
}

function compose(source: Source, problems: Problem[]): Document.Parsed | undefined {
  const lexer = new Lexer();
  const parser = new Parser();
  const tokens = [];
  for (const lexeme of lexer.lex(source.text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > maximumDepth * 2) {
      problems.push(
        new Problem("config.syntax", `nested more than ${maximumDepth} levels deep`, {
          place: source.placeAt(parser.offset),
        }),
      );
      return undefined;
    }
  }
  for (const token of parser.end()) tokens.push(token);
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    stringKeys: true,
    uniqueKeys: isSameKey,
    logLevel: "silent",
  });
  const [document, second] = [...composer.compose(tokens, true, source.text.length)];
  if (document === undefined) return undefined;
  if (second !== undefined) {
    problems.push(
      new Problem("config.syntax", "a second YAML document begins here", {
        place: source.placeAt(second.range[0]),
        expected: "one document",
      }),
    );
  }
  for (const error of [...document.errors, ...document.warnings].slice(0, maximumErrors)) {
    problems.push(new Problem("config.syntax", firstLine(error.message), { place: source.placeAt(error.pos[0]) }));
  }
  return document;
}

/** Several `<<` in one map are several merges; any other key stands once. */
function isSameKey(a: unknown, b: unknown): boolean {
  const [left, right] = [valueOf(a), valueOf(b)];
  return left !== undefined && left === right && left !== "<<";
}

function valueOf(node: unknown): unknown {
  return typeof node === "object" && node !== null && "value" in node ? node.value : undefined;
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}
