// Everything a verification says, in Chinese and English; {name} is filled from the facts.

export const STEPS = {
  V1: ["格式：字段、类型、编号、次序合规", "The form holds: fields, types, ids, order"],
  V2: ["名单的根与数量同清单一致", "Lists give the frozen roots and sizes"],
  V3: ["类别与排除数量、抽查下限、规则及可派人数相符", "Stratum and exclusion sizes, least numbers, rules and candidates hold"],
  V4: ["各角色的密钥与承诺相符，上级已封存并签名确认", "Keys open their commitments; the superior's escrow is logged and signed"],
  V5: ["清单已载入日志，抽查号与前次相接", "The manifest is the logged one and continues the chain"],
  V6: ["信标按规则指定，名单在信标产生前冻结、入日志并经见证", "The beacon is named by rule; all was frozen, logged and witnessed before it was born"],
  V7: ["已重新计算种子", "The seed is recomputed"],
  V8: ["已重新计算票号与名次", "Tickets and ranks are recomputed"],
  V9: ["已重新计算初始配组", "The start of the teams is recomputed"],
  V10: ["已重新计算随机换位，每个检查组合法", "The walk is recomputed and every team is lawful"],
  V11: ["结果的根与公布值、日志一致，并判断是否迟延", "The result's root is the published and logged one; late or not"],
  V12: ["每项变更与日志一致，且为规定的下一选择", "Every change is the logged one and the lawful next choice"],
  V13: ["日志的包含性证明、签名与见证成立", "The log's proofs, signature and witnesses hold"],
};

/** What software or one bundle cannot know. */
export const ASSUMES = {
  numbers: ["摇号或唱号的数字属实", "the lottery or spoken numbers are the true ones"],
  complete: ["没有遗漏变更、作废或另一次抽查（持有全部日志者可查）", "no change, void or second draw is left out (whoever holds the whole log can see)"],
  one_history: ["两个检查点属于同一日志", "both checkpoints belong to one log"],
  leave: ["被跳过的人员当日确实请假", "those passed over were on leave"],
};

/** What a passed step found, or why one was not checked. */
const REASONS = {
  passed: ["通过", "passed"],
  absent: ["记录中没有该项：{what}", "not in the record: {what}"],
  malformed: ["格式不符，无从核验：{what}", "malformed, so it cannot be checked: {what}"],
  no_trust: ["没有提供信任文件", "no trust file was given"],
  no_bls: ["没有可用的 BLS 签名程序，drand 信标的签名未核验", "no BLS library at hand: drand's signature was not checked"],
  void: ["抽查已作废，此项未进行", "pre-empted: the draw was voided"],
  needs: ["需先完成 {what}", "needs {what} first"],
  lists: ["污染源 {units}，人员 {officers}，回避 {bans}", "{units} sites, {officers} officers, {bans} bans"],
  drawn: ["抽中 {visits}", "{visits} drawn"],
  over: ["{visits} 个检查组；超过个人上限：{over} 人", "{visits} teams; over their cap: {over}"],
  root: ["{root}", "{root}"],
  late: ["{root}；迟延：结果晚于信标 15 分钟以上入日志", "{root}; late: logged more than 15 minutes after the beacon"],
  events: ["{events} 项变更", "{events} changes"],
  log: ["{size} 条日志，{witnesses} 个见证", "log of {size}, {witnesses} witnesses"],
};

/** What was wrong; the page at the door adds its own. */
export const FAULTS = {
  NotJson: ["不是合规的 JSON", "Not proper JSON"],
  NotExact: ["含有不精确的数", "A number is not exact"],
  TooDeep: ["嵌套超过 {limit} 层", "More than {limit} levels deep"],
  TooLarge: ["文件超过 {limit} 字节，请用命令行", "Over {limit} bytes: use the command line"],
  TooManyParts: ["数据项超过 {limit} 个", "More than {limit} values"],
  UnsupportedVersion: ["版本或算法套件不受支持", "Version or suite not supported"],
  BadTrust: ["信任文件无法读取", "The trust file cannot be read"],
  BadField: ["字段 {path} 格式不符", "Field {path} has the wrong form"],
  MissingField: ["{path} 缺少字段", "{path} lacks a field"],
  UnknownField: ["{path} 含有未知字段", "{path} has an unknown field"],
  NotAscending: ["{path} 未按编号严格升序，或有重复", "{path} is not strictly ascending"],
  TooMuchWork: ["{path} 超过 {limit}", "{path} exceeds {limit}"],
  RootDiffers: ["名单与冻结时不一致：{path}", "The list is not the frozen one: {path}"],
  RulesDiffer: ["抽查规则与冻结时不一致", "The rules are not the frozen ones"],
  RuleMissing: ["类别“{stratum}”没有抽查规则", "Stratum “{stratum}” has no rule"],
  LeastDiffers: ["类别“{path}”的最低抽查数与规则不符", "The least number of “{path}” does not follow from the rules"],
  SizeDiffers: ["数量与名单不一致：{path}", "A size does not match the lists: {path}"],
  TakeOutOfRange: ["类别“{path}”的抽取数超出范围", "The number to take from “{path}” is out of range"],
  TooFew: ["人数不足：{what}，至少 {needed}", "Too few: {what}, at least {needed}"],
  RoleMissing: ["承诺的角色不符", "The committing roles are wrong"],
  KeyDiffers: ["“{role}”交出的密钥与其承诺不符", "The key of “{role}” does not open its commitment"],
  EscrowFalse: ["上级封存确认的签名无效", "The superior's escrow is not validly signed"],
  NotLogged: ["日志中没有应有的记录：{what}", "Not in the log: {what}"],
  LogDiffers: ["与日志所载不一致：{path}", "Not what the log says: {path}"],
  LoggedLate: ["时间不合规定：{what}", "The time is not lawful: {what}"],
  TooFewWitnesses: ["见证不足：{what}，至少 {needed} 个", "Too few witnesses: {what}, at least {needed}"],
  BadNote: ["检查点无法读取或互相矛盾", "A checkpoint cannot be read, or contradicts the other"],
  BadSignature: ["签名无效，或不是受信任的密钥：{name}", "The signature is not valid, or of no trusted key: {name}"],
  BeaconFalse: ["drand 签名无效", "The drand signature is not valid"],
  BeaconNotByRule: ["信标不合规定：{path}", "The beacon is not the one the rule names: {path}"],
  PublishedDiffers: ["公布值与重新计算的结果不一致：{path}", "The published value is not the recomputed one: {path}"],
  NoLawfulTeam: ["“{uid}”无法组成合法的检查组", "No lawful team for “{uid}”"],
  EventUnlawful: ["第 {place} 项变更不是规定的下一选择：{path}", "Change {place} is not the lawful next choice: {path}"],
  NotDrawn: ["“{uid}”不是本次抽查中待检查的污染源", "“{uid}” is not a standing visit of this draw"],
  NotOnTeam: ["“{oid}”不在“{uid}”的检查组内", "“{oid}” is not on the team of “{uid}”"],
  NoReserve: ["类别“{stratum}”已无备选污染源", "Stratum “{stratum}” has no reserve left"],
  ProofFalse: ["包含性证明不成立：{path}", "The inclusion proof does not hold: {path}"],
  LogTwisted: ["公开日志自相矛盾：{what}", "The log contradicts itself: {what}"],
};

const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => String(facts[name]));
const place = (lang) => (lang === "en" ? 1 : 0);

/** The sentence of a reason. */
export const reason = (code, facts, lang) => fill(REASONS[code][place(lang)], facts || {});

/** The sentence of a fault: what happened, what was due, what came. */
export const fault = ({ code, facts }, lang) => {
  const at = place(lang), parts = [fill(FAULTS[code][at], facts)];
  if (facts.due !== undefined) parts.push(`${["应为：", "expected: "][at]}${facts.due[at]}`);
  if (facts.got !== undefined && facts.got !== "") parts.push(`${["实际：", "got: "][at]}${facts.got}`);
  return parts.join(["；", "; "][at]);
};
