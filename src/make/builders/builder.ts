/** A builder: one file that declares what its config entries mean and carries them out. */
import type { JsonObject } from "../../model/json.ts";
import type { BuildDraft, BuildKind, BuildRequest } from "../../model/kind.ts";
import type { Maker } from "../maker.ts";

/** `StepOptions` are what it decides and what it is given back to carry out. */
export interface Builder<Options = unknown, StepOptions extends JsonObject = JsonObject>
  extends BuildKind<Options>, Maker<StepOptions> {
  decide(request: BuildRequest<Options>): readonly DraftOf<StepOptions>[];
}

/** A draft of a Step whose options its own builder knows. */
export interface DraftOf<StepOptions extends JsonObject> extends BuildDraft {
  readonly options: StepOptions;
}
