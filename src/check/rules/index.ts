import type { RuleTable } from '../../config/rule-table.ts';
import type { AnyRule } from '../rule.ts';
import { cmdPresent } from './cmd/cmd.present.ts';
import { composePublishedInternal } from './compose/compose.published-internal.ts';
import { composeHealthcheck } from './compose/compose.healthcheck.ts';
import { composeDependsHealth } from './compose/compose.depends-health.ts';
import { composeHcTool } from './compose/compose.hc-tool.ts';
import { composeGpuReservation } from './compose/compose.gpu-reservation.ts';
import { composeLimits } from './compose/compose.limits.ts';
import { composeRestart } from './compose/compose.restart.ts';
import { composePrivileged } from './compose/compose.privileged.ts';
import { composeDockerSock } from './compose/compose.docker-sock.ts';
import { composeHostNs } from './compose/compose.host-ns.ts';
import { composeCapAll } from './compose/compose.cap-all.ts';
import { composeSeccompOff } from './compose/compose.seccomp-off.ts';
import { composeLatest } from './compose/compose.latest.ts';
import { composeVersionKey } from './compose/compose.version-key.ts';
import { composeBindMissing } from './compose/compose.bind-missing.ts';
import { composeSecretLiteral } from './compose/compose.secret-literal.ts';
import { contextDockerignore } from './context/context.dockerignore.ts';
import { contextSize } from './context/context.size.ts';
import { dockerfileBuildCheck } from './dockerfile/dockerfile.build-check.ts';
import { dockerfileCloneUnpinned } from './dockerfile/dockerfile.clone-unpinned.ts';
import { dockerfileCopyIgnored } from './dockerfile/dockerfile.copy-ignored.ts';
import { dockerfileCopyMissing } from './dockerfile/dockerfile.copy-missing.ts';
import { dockerfileRedirectedInstall } from './dockerfile/dockerfile.redirected-install.ts';
import { healthBecomesHealthy } from './health/health.becomes-healthy.ts';
import { healthCadence } from './health/health.cadence.ts';
import { healthDefined } from './health/health.defined.ts';
import { healthNotVacuous } from './health/health.not-vacuous.ts';
import { healthStable } from './health/health.stable.ts';
import { healthToolMissing } from './health/health.tool-missing.ts';
import { httpProbe } from './http/http.probe.ts';
import { jobExit } from './job/job.exit.ts';
import { pid1Zombies } from './pid1/pid1.zombies.ts';
import { platform } from './platform/platform.ts';
import { platformEmulated } from './platform/platform.emulated.ts';
import { portListening } from './port/port.listening.ts';
import { runCapDropAll } from './run/run.cap-drop-all.ts';
import { runLogs } from './run/run.logs.ts';
import { runMemory } from './run/run.memory.ts';
import { runNoNewPrivileges } from './run/run.no-new-privileges.ts';
import { runReadOnly } from './run/run.read-only.ts';
import { sizeDownload } from './size/size.download.ts';
import { sizeFeasible } from './size/size.feasible.ts';
import { sizeLayerMax } from './size/size.layer-max.ts';
import { sizeUnpacked } from './size/size.unpacked.ts';
import { sizeWasted } from './size/size.wasted.ts';
import { startupTime } from './startup/startup.time.ts';
import { stopGraceful } from './stop/stop.graceful.ts';
import { stopUnderLoad } from './stop/stop.under-load.ts';
import { userArbitraryUid } from './user/user.arbitrary-uid.ts';
import { userConfig } from './user/user.config.ts';
import { userDropEntrypoint } from './user/user.drop-entrypoint.ts';
import { userGroups } from './user/user.groups.ts';
import { userNumeric } from './user/user.numeric.ts';
import { userRuntime } from './user/user.runtime.ts';

/** Every rule there is, one line each, in the order reports show them; a test holds this list against files, tests and pages. */
export const RULES: readonly AnyRule[] = [
  dockerfileRedirectedInstall,
  dockerfileCopyIgnored,
  dockerfileCopyMissing,
  dockerfileCloneUnpinned,
  dockerfileBuildCheck,
  contextSize,
  contextDockerignore,
  sizeFeasible,
  platformEmulated,
  platform,
  cmdPresent,
  sizeUnpacked,
  sizeDownload,
  sizeLayerMax,
  sizeWasted,
  userConfig,
  userNumeric,
  userRuntime,
  userGroups,
  userDropEntrypoint,
  userArbitraryUid,
  healthDefined,
  healthBecomesHealthy,
  healthToolMissing,
  healthStable,
  healthCadence,
  healthNotVacuous,
  httpProbe,
  portListening,
  startupTime,
  stopGraceful,
  stopUnderLoad,
  pid1Zombies,
  runMemory,
  runReadOnly,
  runCapDropAll,
  runNoNewPrivileges,
  runLogs,
  jobExit,
  composeSecretLiteral,
  composePublishedInternal,
  composeHealthcheck,
  composeDependsHealth,
  composeHcTool,
  composeGpuReservation,
  composeLimits,
  composeRestart,
  composePrivileged,
  composeDockerSock,
  composeHostNs,
  composeCapAll,
  composeSeccompOff,
  composeLatest,
  composeVersionKey,
  composeBindMissing,
];

/** What the config parser needs of each rule: the ids that exist and how their settings are read. */
export function ruleTable(): RuleTable {
  return Object.fromEntries(
    RULES.map(({ id, settings, title, always }) => [id, { settings, title, always: always === true }]),
  );
}
