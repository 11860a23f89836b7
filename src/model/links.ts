/** Links of packages, and where they lead. */
import { posix } from "node:path";

/** Folders whose contents the machine makes, not packages. */
const ofTheMachine = /^\/(dev|proc|sys|run|tmp|var\/run|etc\/alternatives)(\/|$)/;

/**
 * The absolute path that a link at the absolute `path` leads to; undefined where a package need not bring it, since the machine makes
 * what lies there.
 */
export function neededTarget(path: string, target: string): string | undefined {
  const absolute = posix.resolve(posix.dirname(path), target);
  return ofTheMachine.test(absolute) ? undefined : absolute;
}
