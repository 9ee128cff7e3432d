import type { RuleTable } from '../../config/rule-table.ts';
import type { AnyRule } from '../rule.ts';
import { baseAllowed } from './base/base.allowed.ts';
import { baseLatest } from './base/base.latest.ts';
import { basePinned } from './base/base.pinned.ts';
import { cmdPresent } from './cmd/cmd.present.ts';
import { cmdShellForm } from './cmd/cmd.shell-form.ts';
import { composeBindMissing } from './compose/compose.bind-missing.ts';
import { composeCapAll } from './compose/compose.cap-all.ts';
import { composeDependsHealth } from './compose/compose.depends-health.ts';
import { composeDockerSock } from './compose/compose.docker-sock.ts';
import { composeGpuReservation } from './compose/compose.gpu-reservation.ts';
import { composeHcTool } from './compose/compose.hc-tool.ts';
import { composeHealthcheck } from './compose/compose.healthcheck.ts';
import { composeHostNs } from './compose/compose.host-ns.ts';
import { composeLatest } from './compose/compose.latest.ts';
import { composeLimits } from './compose/compose.limits.ts';
import { composePrivileged } from './compose/compose.privileged.ts';
import { composePublishedInternal } from './compose/compose.published-internal.ts';
import { composeRestart } from './compose/compose.restart.ts';
import { composeSeccompOff } from './compose/compose.seccomp-off.ts';
import { composeSecretLiteral } from './compose/compose.secret-literal.ts';
import { composeVersionKey } from './compose/compose.version-key.ts';
import { contextDockerignore } from './context/context.dockerignore.ts';
import { contextSize } from './context/context.size.ts';
import { dockerfileBuildCheck } from './dockerfile/dockerfile.build-check.ts';
import { dockerfileCloneUnpinned } from './dockerfile/dockerfile.clone-unpinned.ts';
import { dockerfileCopyIgnored } from './dockerfile/dockerfile.copy-ignored.ts';
import { dockerfileCopyMissing } from './dockerfile/dockerfile.copy-missing.ts';
import { dockerfileHealthTool } from './dockerfile/dockerfile.health-tool.ts';
import { dockerfilePythonMissing } from './dockerfile/dockerfile.python-missing.ts';
import { dockerfileRedirectedInstall } from './dockerfile/dockerfile.redirected-install.ts';
import { envDebugFlags } from './env/env.debug-flags.ts';
import { envTlsOff } from './env/env.tls-off.ts';
import { healthBecomesHealthy } from './health/health.becomes-healthy.ts';
import { healthCadence } from './health/health.cadence.ts';
import { healthDefined } from './health/health.defined.ts';
import { healthNotVacuous } from './health/health.not-vacuous.ts';
import { healthStable } from './health/health.stable.ts';
import { healthStartPeriod } from './health/health.start-period.ts';
import { healthToolMissing } from './health/health.tool-missing.ts';
import { httpProbe } from './http/http.probe.ts';
import { hygieneAptArchives } from './hygiene/hygiene.apt-archives.ts';
import { hygieneAptLists } from './hygiene/hygiene.apt-lists.ts';
import { hygieneCompilers } from './hygiene/hygiene.compilers.ts';
import { hygieneDangling } from './hygiene/hygiene.dangling.ts';
import { hygieneGitDir } from './hygiene/hygiene.git-dir.ts';
import { hygieneJunk } from './hygiene/hygiene.junk.ts';
import { hygienePackageCaches } from './hygiene/hygiene.package-caches.ts';
import { hygienePycache } from './hygiene/hygiene.pycache.ts';
import { imageCreated } from './image/image.created.ts';
import { jobExit } from './job/job.exit.ts';
import { labelsOci } from './labels/labels.oci.ts';
import { pid1Zombies } from './pid1/pid1.zombies.ts';
import { platformEmulated } from './platform/platform.emulated.ts';
import { platform } from './platform/platform.ts';
import { portExpose } from './port/port.expose.ts';
import { portListening } from './port/port.listening.ts';
import { portUndeclared } from './port/port.undeclared.ts';
import { runCapDropAll } from './run/run.cap-drop-all.ts';
import { runLogs } from './run/run.logs.ts';
import { requirementsKnownNames } from './requirements/requirements.known-names.ts';
import { requirementsPinned } from './requirements/requirements.pinned.ts';
import { runMemory } from './run/run.memory.ts';
import { runNoNewPrivileges } from './run/run.no-new-privileges.ts';
import { runReadOnly } from './run/run.read-only.ts';
import { secretCache } from './secret/secret.cache.ts';
import { secretConfig } from './secret/secret.config.ts';
import { secretFiles } from './secret/secret.files.ts';
import { secretGit } from './secret/secret.git.ts';
import { secretHistory } from './secret/secret.history.ts';
import { secretKnownValues } from './secret/secret.known-values.ts';
import { secretLayers } from './secret/secret.layers.ts';
import { secretProvenance } from './secret/secret.provenance.ts';
import { sizeCudaInCpuImage } from './size/size.cuda-in-cpu-image.ts';
import { sizeDownload } from './size/size.download.ts';
import { sizeEfficiency } from './size/size.efficiency.ts';
import { sizeFeasible } from './size/size.feasible.ts';
import { sizeGrowthVsBase } from './size/size.growth-vs-base.ts';
import { sizeLayerMax } from './size/size.layer-max.ts';
import { sizeLayersMax } from './size/size.layers-max.ts';
import { sizeUnpacked } from './size/size.unpacked.ts';
import { sizeGrowthVsMain } from './size/size.growth-vs-main.ts';
import { sizeWasted } from './size/size.wasted.ts';
import { stackHttp } from './stack/stack.http.ts';
import { stackLimits } from './stack/stack.limits.ts';
import { stackLogs } from './stack/stack.logs.ts';
import { stackReachable } from './stack/stack.reachable.ts';
import { stackReady } from './stack/stack.ready.ts';
import { stackRestart } from './stack/stack.restart.ts';
import { stackRun } from './stack/stack.run.ts';
import { stackStarts } from './stack/stack.starts.ts';
import { startupTime } from './startup/startup.time.ts';
import { stopGraceful } from './stop/stop.graceful.ts';
import { stopUnderLoad } from './stop/stop.under-load.ts';
import { userArbitraryUid } from './user/user.arbitrary-uid.ts';
import { userCodeWritable } from './user/user.code-writable.ts';
import { userConfig } from './user/user.config.ts';
import { userDropEntrypoint } from './user/user.drop-entrypoint.ts';
import { userGroups } from './user/user.groups.ts';
import { userNumeric } from './user/user.numeric.ts';
import { userPasswd } from './user/user.passwd.ts';
import { userRuntime } from './user/user.runtime.ts';
import { userSetuid } from './user/user.setuid.ts';
import { userWorldWritable } from './user/user.world-writable.ts';
import { volumeSensitive } from './volume/volume.sensitive.ts';
import { pythonPipCheck } from './python/python.pip-check.ts';
import { pythonEditableDangling } from './python/python.editable-dangling.ts';
import { pythonVersionDirs } from './python/python.version-dirs.ts';
import { pythonImport } from './python/python.import.ts';
import { pythonScripts } from './python/python.scripts.ts';
import { cudaDriverLibs } from './cuda/cuda.driver-libs.ts';
import { cudaRequire } from './cuda/cuda.require.ts';
import { cudaEnv } from './cuda/cuda.env.ts';
import { cudaDevelBase } from './cuda/cuda.devel-base.ts';
import { cudaDuplicateRuntime } from './cuda/cuda.duplicate-runtime.ts';
import { cudaGpuCode } from './cuda/cuda.gpu-code.ts';
import { cudaNgcEntrypoint } from './cuda/cuda.ngc-entrypoint.ts';
import { cudaTorchMatch } from './cuda/cuda.torch-match.ts';
import { jobEntrypointArgs } from './job/job.entrypoint-args.ts';
import { jobNoGpuMessage } from './job/job.no-gpu-message.ts';

/** Every rule there is, one line each, in the order reports show them; a test holds this list against files, tests and pages. */
export const RULES: readonly AnyRule[] = [
  dockerfileRedirectedInstall,
  dockerfileCopyIgnored,
  dockerfileCopyMissing,
  dockerfileCloneUnpinned,
  dockerfilePythonMissing,
  dockerfileHealthTool,
  requirementsPinned,
  requirementsKnownNames,
  dockerfileBuildCheck,
  contextSize,
  contextDockerignore,
  sizeFeasible,
  platformEmulated,
  basePinned,
  baseLatest,
  baseAllowed,
  platform,
  cmdPresent,
  cmdShellForm,
  envTlsOff,
  envDebugFlags,
  volumeSensitive,
  labelsOci,
  imageCreated,
  sizeUnpacked,
  sizeDownload,
  sizeLayerMax,
  sizeGrowthVsMain,
  sizeLayersMax,
  sizeGrowthVsBase,
  sizeWasted,
  sizeEfficiency,
  sizeCudaInCpuImage,
  secretConfig,
  secretHistory,
  secretLayers,
  secretFiles,
  secretGit,
  secretProvenance,
  secretCache,
  secretKnownValues,
  userConfig,
  userNumeric,
  userRuntime,
  userGroups,
  userDropEntrypoint,
  userArbitraryUid,
  userSetuid,
  userWorldWritable,
  userCodeWritable,
  userPasswd,
  hygieneAptArchives,
  hygieneAptLists,
  hygieneCompilers,
  hygieneDangling,
  hygieneGitDir,
  hygieneJunk,
  hygienePackageCaches,
  hygienePycache,
  healthDefined,
  healthStartPeriod,
  healthBecomesHealthy,
  healthToolMissing,
  healthStable,
  healthCadence,
  healthNotVacuous,
  httpProbe,
  portListening,
  portExpose,
  portUndeclared,
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
  stackStarts,
  stackReady,
  stackHttp,
  stackRun,
  stackLogs,
  stackRestart,
  stackLimits,
  stackReachable,
  jobEntrypointArgs,
  jobNoGpuMessage,
  pythonPipCheck,
  pythonEditableDangling,
  pythonVersionDirs,
  pythonImport,
  pythonScripts,
  cudaDriverLibs,
  cudaRequire,
  cudaEnv,
  cudaDevelBase,
  cudaDuplicateRuntime,
  cudaTorchMatch,
  cudaGpuCode,
  cudaNgcEntrypoint,
];

/** What the config parser needs of each rule: the ids that exist and how their settings are read. */
export function ruleTable(): RuleTable {
  return Object.fromEntries(
    RULES.map(({ id, settings, title, always }) => [id, { settings, title, always: always === true }]),
  );
}
