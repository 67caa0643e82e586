/**
 * planewright as a library.
 *
 * The verbs of the command are functions, each from options to a result: `plan`, `apply`, `verify`,
 * `prepare`, `rollback`, `history`. They consist of stages, each a function from a value to a value, which
 * you can also call yourself:
 *
 * `loadInventory` → `openSession` → `survey` → `drawPlan` → `roll` (or `proveHosts`) → `makeReport`
 *
 * @module
 */
export {
  PlanewrightError,
  toPlanewrightError,
  type ErrorCode,
  type ErrorDetails,
  type ErrorPlace,
} from './error.ts'
export { exitCodes } from './exit-codes.ts'
export type { GuardReasonCode, ReasonCode } from './reason-code.ts'

export { apply, type ApplyOptions } from './pipeline/apply.ts'
export type { HostsSelected, PipelineEvent, PlanDrawn } from './pipeline/event.ts'
export { history, type HistoryOptions, type HistoryResult } from './pipeline/history.ts'
export { HostsLeft } from './pipeline/hosts-left.ts'
export type { PipelineOptions, ProofOptions } from './pipeline/options.ts'
export { plan, type PlanOptions, type PlanResult } from './pipeline/plan.ts'
export { checkPrepare, prepare, type PrepareOptions } from './pipeline/prepare.ts'
export { loadSavedPlan } from './pipeline/saved-plan.ts'
export type { Findings, RunResult } from './pipeline/result.ts'
export { rollback, type RollbackOptions } from './pipeline/rollback.ts'
export { verify, type VerifyOptions } from './pipeline/verify.ts'

export {
  defineInventory,
  type InventoryDefinition,
  type InventoryVariables,
} from './inventory/define-inventory.ts'
export { loadInventory, type Host, type Inventory, type InventoryOptions } from './inventory/inventory.ts'
export { readExtraVariables } from './inventory/extra-variables.ts'
export type { Variable, Variables, VariableSource } from './inventory/variable.ts'

export { openSession, type Session, type SessionOptions } from './engine/session/session.ts'
export type { Connections } from './engine/session/connections.ts'
export type { HostVariables } from './engine/session/host-variables.ts'
export type { PreparedHost } from './engine/session/prepared-host.ts'
export type {
  Connection,
  RunOptions as ScriptOptions,
  RunResult as ScriptResult,
} from './connection/connection.ts'
export type { ConnectionTarget } from './connection/target.ts'
export type { GuardSettings, RestartWay } from './guard/transaction.ts'
export type { Template } from './template/load.ts'
export { survey, type Survey } from './engine/survey/survey.ts'
export { drawPlan, hasChanges, pendingOutcomes, type Plan } from './engine/plan/plan.ts'
export { roll, type PlanAgain } from './engine/roll/roll.ts'
export type { RollOptions } from './engine/roll/host-steps.ts'
export { rollIndependently } from './engine/plan/roll-independently.ts'
export { proveHosts } from './engine/roll/prove-hosts.ts'
export { findUnlisted } from './engine/cluster/find-unlisted.ts'
export { refuseUnlisted } from './engine/cluster/refuse-unlisted.ts'
export type {
  FailedLookup,
  NamedHost,
  UnlistedControlPlane,
  UnlistedControlPlanes,
} from './engine/cluster/unlisted.ts'
export { savedPlanText } from './engine/saved-plan/save-plan.ts'
export type { SavedPlan } from './engine/saved-plan/saved-plan.ts'
export { recoverOpen } from './engine/roll/recover-open.ts'
export { readHistories, type HostHistory } from './engine/rollback/read-histories.ts'
export { planRollbacks, type RollbackPlan } from './engine/rollback/plan-rollback.ts'
export type { KeptChange, KeptTransaction } from './guard/history.ts'
export type { Reason } from './guard/reason.ts'
export type {
  ForeignEdit,
  Origin,
  ServingProcess,
  TransactionState,
  TransactionStatus,
} from './guard/transaction-status.ts'
export type { ClusterPlan, HostPlan, ProofPlan } from './engine/values/host-plan.ts'
export type { HostOutcome, HostStatus } from './engine/values/outcome.ts'
export type { Observed, ObservedSetting } from './engine/values/observed.ts'
export type { Proof } from './engine/values/proof.ts'
export type { SettingDifference } from './engine/values/observed.ts'
export type { Listener, RunEvent, Step } from './engine/values/event.ts'
export type { SurveyedHost } from './engine/values/surveyed-host.ts'

export {
  defineTask,
  type Gathered,
  type PlanContext,
  type Task,
  type TaskDefinition,
  type TaskHost,
} from './engine/task/task.ts'
export {
  defineClusterTask,
  storedConfiguration,
  type ClusterDesired,
  type ClusterTask,
  type ClusterTaskDefinition,
  type DesiredStoredConfiguration,
  type StoredVolume,
} from './engine/task/cluster-task.ts'
export { surveyClusters, type ClusterFacts, type SurveyedCluster } from './engine/stored/survey-clusters.ts'
export type { NoConfiguration, StoredConfiguration } from './engine/stored/stored-configuration.ts'
export type { ControlPlaneNode } from './apiserver/control-plane-nodes.ts'
export type { Distribution } from './apiserver/distribution.ts'
export { explain, type Causes } from './engine/explain/explain.ts'
export type { Cause, CauseKind } from './engine/explain/cause.ts'
export { compareControlPlanes } from './engine/plan/compare-control-planes.ts'
export { forecastHosts, type Forecasts } from './engine/stored/forecast-hosts.ts'
export type { Forecast } from './kubeadm/forecast.ts'
export { planClusters } from './engine/stored/plan-clusters.ts'
export { askClustersAgain } from './engine/stored/ask-clusters-again.ts'
export { completeClusters } from './engine/stored/complete-clusters.ts'
export type {
  ClusterChange,
  ClusterOutcome,
  ClusterStatus,
  StoredConfigurationChange,
} from './engine/values/cluster-outcome.ts'
export {
  auditProof,
  directory,
  file,
  staticPod,
  template,
  untouched,
  type Desired,
  type DesiredAuditProof,
  type DesiredDirectory,
  type DesiredFile,
  type DesiredStaticPod,
  type DesiredTemplate,
  type DesiredUntouched,
  type OwnerOptions,
  type PodMount,
  type PodVolume,
} from './engine/task/desired.ts'
export { AbsolutePath, TemplateReference, Toggle, WholeNumber } from './engine/task/parameters.ts'
export { gatherStaticPod, type StaticPodFacts } from './engine/task/static-pod-facts.ts'
export {
  differenceText,
  type Difference,
  type DifferenceKind,
  type FileDifference,
  type RollbackDifference,
} from './difference/difference.ts'
export type {
  AnnotationDifference,
  FlagDifference,
  ManifestDifference,
  MountDifference,
  VolumeDifference,
} from './difference/manifest-difference.ts'
export type { ProcessDifference } from './difference/process-difference.ts'
export type { HostReader } from './host/host-reader.ts'
export type {
  Change,
  ChangeBase,
  DirectoryChange,
  DirectoryState,
  FileChange,
  FileState,
  ProcessIdentity,
  RemovalChange,
  RestartChange,
} from './host/change.ts'
export type {
  AbsentFact,
  DirectoryFact,
  FileFact,
  FolderFact,
  IdentityFact,
  OtherFact,
  Ownership,
  ProcessesFact,
  ProcessFact,
  RegularFileFact,
  Sight,
} from './host/fact.ts'

export { parsePolicy, type ParsedPolicy } from './policy/parse.ts'
export { decide, type AuditDecision } from './policy/decide.ts'
export {
  describeRequest,
  type AuditedRequest,
  type Identity,
  type NonResourceRequest,
  type ResourceRequest,
  type SentRequest,
} from './policy/request.ts'
export type { GroupResources, Level, Policy, PolicyFinding, PolicyRule, Stage } from './policy/policy.ts'

export { makeReport, type ReportInput } from './report/make-report.ts'
export { renderJunit } from './report/junit.ts'
export { renderPrometheus } from './report/prometheus.ts'
export type { Requirements } from './report/requirements.ts'
export { Report } from './report/schema.ts'
export { History, makeHistory } from './report/history-report.ts'
export { exitCodeOf, exitCodeOfError } from './report/exit-code.ts'

export { clusterPlanText, clusterRecapText } from './report/cluster-text.ts'
export { formatError, formatStack, formatWarning, type ErrorWords } from './report/error-text.ts'
export { failureText } from './report/failure-text.ts'
export { forecastText } from './report/forecast-text.ts'
export { historyText } from './report/history-text.ts'
export { planText, type DiffMode } from './report/plan-text.ts'
export { proofText, recapText } from './report/recap.ts'
export { stepNames, stepText, waitText } from './report/step-text.ts'
export { colourStyle, plainStyle, type Style } from './report/style.ts'
export { unlistedText } from './report/unlisted-text.ts'
export { quote } from './connection/shell.ts'
export { resolveLocalPath } from './inventory/local-path.ts'

export * as z from 'zod'
