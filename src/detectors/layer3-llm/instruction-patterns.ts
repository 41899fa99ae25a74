/**
 * How text speaks to a machine that judges it. Matched against lower-case readings of the text, in which evasion is undone. A list can
 * never be complete, and nothing that must hold hangs on it (docs/adr/0014-judges.md): it saves the question where the answer is known.
 */
const machine =
  '(?:ai|a\\.i\\.|llms?|models?|language models?|assistants?|bots?|chatbots?|chatgpt|gpt|claude|gemini|llama|mistral|qwen|moderators?|moderation (?:system|model|bot|ai)|classifiers?|judges?|reviewers?|filters?|content filters?|algorithms?|systems?|graders?|evaluators?|agents?)';
const order =
  '(?:instructions?|prompts?|rules?|guidelines?|directions?|directives?|polic(?:y|ies)|commands?|context|messages?|training|safeguards?|constraints?|everything|restrictions?)';
const post =
  '(?:posts?|comments?|messages?|contents?|texts?|items?|submissions?|images?|pictures?|photos?|data|sentences?|inputs?|uploads?|it|this|everything|following|above|below|user)';
const fine =
  '(?:safe|clear|clean|allowed|benign|acceptable|harmless|compliant|permitted|approved|ok|okay|fine|legal|appropriate|false|zero|0|not? violat\\w*|non[- ]?violat\\w*|no violations?|not harmful|unproblematic|sfw|whitelisted|passed|ham)';

const english: readonly (readonly [string, string])[] = [
  [
    'override',
    `\\b(?:ignore|disregard|forget|override|overrule|bypass|neglect|discard|set aside|pay no attention to|stop following|do not follow|don't follow|no longer follow|suspend)\\b.{0,40}\\b(?:previous|prior|above|earlier|preceding|former|all|any|your|the|these|those|system|safety|everything|original|initial|moderation)\\b.{0,30}\\b${order}\\b`,
  ],
  [
    'override',
    `\\b(?:new|updated|revised|real|actual|true|secret|additional|important|final|special) (?:system )?(?:instructions?|directives?|prompt|orders?) ?(?::|for|from|follow|below|are|is)`,
  ],
  [
    'override',
    "\\b(?:instructions?|rules?|policy|policies|guidelines?) (?:above|before this|so far|until now) (?:is|are|was|were|no longer|have been|has been|do not|does not|don't)\\b",
  ],
  [
    'role',
    `\\b(?:you are now|you're now|act as|pretend(?: to be| that you)?|roleplay as|role-play as|behave as|imagine (?:that )?you(?: are|'re)|simulate|become) (?:now )?(?:an? |the |my )?(?:\\w+ ){0,4}${machine}\\b`,
  ],
  ['role', "\\b(?:you are|you're) an? (?:\\w+ ){0,3}(?:ai|llm|language model|assistant|chatbot|classifier|bot)\\b"],
  ['role', "\\bpretend (?:that )?you(?: are|'re) (?:an?|my|the|our)\\b"],
  [
    'role',
    '\\bfrom now on,? (?:you|your|all|every|any)\\b|\\byou are now\\b|\\bdo anything now\\b|\\bdan mode\\b|\\bdeveloper mode\\b|\\bdebug mode\\b|\\bmaintenance mode\\b|\\btest mode\\b|\\bjailbreak\\w*',
  ],
  [
    'addressed',
    `\\bas an? (?:\\w+ ){0,3}(?:ai|llm|language model|moderation (?:model|system|bot)|classifier|moderator|content moderator|automated)\\b`,
  ],
  [
    'addressed',
    `\\b(?:dear|hey|hi|hello|attention|note to|message (?:to|for)|memo to|listen|notice to|instructions? (?:to|for)|addressed to|reminder (?:to|for)|dear esteemed) (?:the |all |any |every |our |whatever |whichever |this )?(?:\\w+ ){0,2}(?:ai|llms?|language models?|models?|assistants?|bots?|chatgpt|gpt|claude|gemini|moderators?|moderation|classifiers?|automated|reviewers?|graders?|filters?)\\b`,
  ],
  [
    'addressed',
    "\\bif you(?: are|'re) (?:an? )?(?:ai|llm|language model|bot|model|automated|classifier|machine|assistant)\\b|\\b(?:ai|llm|model|bot|classifier|moderator|judge|assistant)s?(?: reading this|,? (?:please|kindly|you must|you should|you shall|must|should|shall)(?: now)? (?:answer|respond|reply|return|output|mark|approve|allow|classify|rate|score|say|treat|pass|let|skip|not))",
  ],
  [
    'verdict',
    `\\b(?:mark|classify|label|rate|score|treat|flag|judge|categori[sz]e|tag|report|consider|regard|deem|rule|declare|evaluate|assess|grade|list|record|log)\\b.{0,30}\\b(?:this|the|my|above|it|following|every|all|these|everything|me|user)\\b.{0,40}\\b(?:as|to be|to|with|is|=)? ?(?:completely |entirely |fully |perfectly |totally |being )?${fine}\\b`,
  ],
  [
    'verdict',
    `\\b(?:answer|respond|reply|return|output|print|emit|write|say|produce|give|choose|pick|select|use|set)\\b.{0,40}\\b(?:clear|not violating|non-violating|no violation|uninstructed|approve|approved|allowed|compliant|verdicts?|codes?|json|violates|confidence|decision)\\b`,
  ],
  [
    'verdict',
    `\\b(?:approve|allow|publish|whitelist|accept|pass|clear|release|greenlight|unblock|let through|wave through) (?:of )?(?:this|my|the|these|all|every|following|above)(?: \\w+){0,2} ${post}\\b`,
  ],
  [
    'verdict',
    `\\b(?:do not|don't|never|must not|should not|cannot|refrain from|avoid) (?:ever )?(?:flag|flagging|remove|removing|moderate|moderating|report|reporting|delete|deleting|block|blocking|censor|censoring|escalate|escalating|reject|rejecting|hide|hiding)\\b (?:(?:this|my|these|the|any|above)(?: \\w+){0,2} ${post}|it|this|me|anything|everything)\\b`,
  ],
  [
    'verdict',
    `\\b(?:this|the|my|above|following)(?: \\w+){0,2} ${post} (?:has|have|was|were|is|are|should be|must be|shall be|can be)(?: been)?(?: \\w+){0,2} (?:approved|pre-?approved|verified|cleared|whitelisted|exempt\\w*|authori[sz]ed|vetted|certified|reviewed|safe|considered|classified|treated|marked)\\b`,
  ],
  [
    'verdict',
    `\\b(?:does|do|did) not (?:violate|break|breach|infringe)\\b.{0,20}\\b(?:any|the|your|our|policy|policies|rules?|guidelines?|categor\\w+)\\b`,
  ],
  [
    'verdict',
    '\\b(?:must|should|shall|has to|have to|needs to|is to|are to) be (?:passed|approved|allowed|cleared|published|released|accepted|let through|waved through)\\b|\\bnothing(?: here)? (?:is |was )?violated\\b|\\bonly (?:acceptable|permitted|allowed|possible) (?:answer|output|response|verdict|result)\\b',
  ],
  [
    'verdict',
    '\\b(?:correct|right|expected|required|only|proper|valid|true) (?:answer|response|reply|output|verdict|classification|label|decision|result)\\b.{0,20}\\b(?:is|are|would be|must be|should be|:)',
  ],
  [
    'verdict',
    '\\b(?:verdict|clearing|secret|approval|request|response|answer) codes?\\b|\\bcode (?:for|that (?:means|stands for)) .{0,20}(?:clear|allow|safe|approv|not viol)',
  ],
  [
    'verdict',
    '\\bno (?:categor(?:y|ies)|policy|rule|clause)(?: \\w+){0,3} (?:appl(?:y|ies)|(?:is|are) violated)\\b|\\b(?:confidence|score|probability|toxicity) ?(?:=|:|of|to|at) ?(?:0(?:\\.0+)?|1(?:\\.0+)?|100|99|zero)\\b',
  ],
  [
    'prompt',
    '\\bsystem (?:prompt|message|override|instruction|note|notice|update)\\b|\\b(?:admin|administrator|root|sudo|operator|developer|trust and safety|security) (?:override|note|notice|message|instruction|command|clearance|approval|authori[sz]ation)\\b|\\bend of (?:the )?(?:data|content|user|item|input|message|untrusted|document|policy|text)\\b|\\bbegin(?:ning)? (?:of )?(?:system|instructions?|admin|trusted)\\b|\\bprompt injection\\b',
  ],
  [
    'prompt',
    '\\b(?:your|the) (?:task|job|role|instructions?|objective|goal|duty) (?:is|are|now|has changed|has been|will be)\\b.{0,60}\\b(?:approve|allow|clear|say|answer|respond|output|repeat|ignore|pass|agree|return|write)\\b',
  ],
];

const otherLanguages: readonly (readonly [string, string])[] = [
  // German
  [
    'override',
    '\\b(?:ignorier\\w*|missacht\\w*|vergiss|vergesst|vergessen sie|ueberschreib\\w*|überschreib\\w*|befolge nicht)\\b.{0,40}\\b(?:anweisung\\w*|regel\\w*|vorgabe\\w*|richtlinie\\w*|prompt\\w*|befehl\\w*|bisherig\\w*|vorherig\\w*|alles)',
  ],
  [
    'verdict',
    '\\b(?:stuf\\w*|bewert\\w*|markier\\w*|klassifizier\\w*|behandl\\w*|beurteil\\w*|antwort\\w*|betracht\\w*|gib\\b|genehmig\\w*)\\b.{0,60}\\b(?:unbedenklich|harmlos|erlaubt|zulässig|zulaessig|sicher|genehmigt|freigegeben|kein verstoß|kein verstoss|unproblematisch|nicht verletzt|frei)\\b',
  ],
  [
    'addressed',
    '\\b(?:als|liebe[rs]?|hallo|an (?:die|das|den)) (?:ki|künstliche|kuenstliche|sprachmodell|moderator\\w*|moderations\\w*|automatisch\\w*)\\b',
  ],
  // French
  [
    'override',
    '\\b(?:ignore[zrs]?|oublie[zrs]?|ne (?:tiens|tenez) pas compte)\\b.{0,40}\\b(?:instructions?|consignes?|regles?|règles?|directives?|precedent\\w*|précédent\\w*)',
  ],
  [
    'verdict',
    '\\b(?:marque[zr]?|classe[zr]?|considere[zr]?|considère[zr]?|traite[zr]?|reponds|répond[sz]?|repondez|répondez|approuve[zr]?|juge[zr]?)\\b.{0,60}\\b(?:sur|sûr|autorise\\w*|autorisé\\w*|conforme|inoffensif\\w*|acceptable|approuve\\w*|approuvé\\w*|sans danger|aucune violation)\\b',
  ],
  [
    'addressed',
    "\\b(?:en tant qu(?:e |')|cher|chere|chère) ?(?:ia|moderateur|modérateur|modele|modèle|intelligence artificielle)",
  ],
  // Spanish and Portuguese
  [
    'override',
    '\\b(?:ignor[ae]\\w*|olvid[ae]\\w*|descart[ae]\\w*|desconsider[ae]\\w*|esque[çc]\\w*|omit[ae]\\w*)\\b.{0,40}\\b(?:instrucci\\w+|instru[çc]\\w+|reglas?|regras?|directrices|diretrizes|anterior\\w*|indicaci\\w+|ordenes|órdenes)',
  ],
  [
    'verdict',
    '\\b(?:marca|marque|clasifica|clasifique|classifique|considera|considere|trata|trate|responde|responda|aprueba|apruebe|aprove|julgue)\\b.{0,60}\\b(?:segur[oa]|permitid[oa]|inofensiv[oa]|aceptable|aceitavel|aceitável|aprobad[oa]|aprovad[oa]|adecuad[oa]|conforme|sin infracci\\w+|sem viola\\w+)\\b',
  ],
  // Italian, Dutch
  [
    'override',
    '\\b(?:ignora|dimentica|trascura|negeer|vergeet)\\b.{0,40}\\b(?:istruzioni|regole|precedent\\w*|instructies|regels|voorgaande|vorige|aanwijzingen)',
  ],
  [
    'verdict',
    '\\b(?:segna|classifica|considera|approva|markeer|beoordeel|beschouw|keur)\\b.{0,60}\\b(?:sicuro|consentito|innocuo|accettabile|veilig|toegestaan|onschuldig|goed)\\b',
  ],
  // Polish, Turkish
  [
    'override',
    '\\b(?:zignoruj|ignoruj|zapomnij|pomi[nń])\\b.{0,40}\\b(?:instrukcj\\w+|polece\\w+|zasad\\w*|poprzedni\\w+)|\\b(?:onceki|önceki|tum|tüm|yukaridaki|yukarıdaki)\\b.{0,40}\\b(?:talimat\\w*|kural\\w*)\\b.{0,20}(?:yok say|unut|gormezden|görmezden|dikkate alma)',
  ],
  [
    'verdict',
    '\\b(?:oznacz|uznaj|sklasyfikuj|zatwierd[zź])\\b.{0,60}\\b(?:bezpieczn\\w+|dozwolon\\w+|zgodn\\w+|nieszkodliw\\w+|ten wpis|post)|(?:guvenli|güvenli|zararsiz|zararsız|onaylanm\\w+|uygun)\\b.{0,30}(?:olarak (?:isaretle|işaretle|siniflandir|sınıflandır|degerlendir|değerlendir)|say)',
  ],
  // Russian
  [
    'override',
    '(?:игнориру\\S*|забудь\\S*|не обращай\\S* внимания|отмени\\S*|проигнорируй\\S*).{0,40}(?:инструкц|правил|указан|предыдущ|команд|промпт)',
  ],
  [
    'verdict',
    '(?:отметь|пометь|классифицируй|считай|оцени|ответь|одобри|признай)\\S*.{0,60}(?:безопасн|разреш|допустим|безобидн|одобрен|не наруша|пост|сообщени)',
  ],
  // Chinese, Japanese, Korean
  [
    'override',
    '(?:忽略|无视|忘记|忘掉|不要理会|跳过|無視|忽視).{0,20}(?:指令|指示|规则|規則|提示|要求|之前|以上|上述)|(?:指示|命令|ルール|規則|指令)(?:を|は).{0,10}(?:無視|忘れ)|(?:이전|위의|모든).{0,15}(?:지시|명령|규칙|지침).{0,10}(?:무시|잊)',
  ],
  [
    'verdict',
    '(?:标记|标为|判定|判断|分类|视为|评为|回答|输出|批准|通过).{0,20}(?:安全|合规|允许|无害|不违规|没有违规|正常|此内容|该内容)|(?:安全|問題な(?:い|し)|許可|違反(?:なし|していない)).{0,15}(?:と(?:判定|回答|分類|答え)|として)|(?:안전|허용|위반 없음).{0,15}(?:표시|분류|판단|답)',
  ],
  // Arabic, Persian, Hindi
  [
    'override',
    '(?:تجاهل|انس|تخط|نادیده).{0,40}(?:التعليمات|تعليمات|القواعد|الأوامر|دستور|السابقة)|(?:पिछले|सभी|ऊपर).{0,30}(?:निर्देश|नियम|आदेश).{0,30}(?:अनदेखा|नज़रअंदाज़|भूल|नजरअंदाज)',
  ],
  [
    'verdict',
    '(?:صنف|اعتبر|ضع علامة|أجب|وافق).{0,40}(?:آمن|مسموح|مقبول|غير مخالف|المنشور|هذا)|(?:सुरक्षित|अनुमत|स्वीकृत|हानिरहित).{0,20}(?:चिह्नित|मानो|घोषित|वर्गीकृत|मानें|बताओ)',
  ],
];

const forms: readonly (readonly [string, string])[] = [
  [
    'form',
    '["\'“”‘’`]? ?\\b(?:verdicts?|violates|violation|decision|is_?violating|flagged|is_?safe|is_?allowed|abstain|suggested_?action|rationale|judge_?\\w+|moderation_?result|hate_speech|self_harm|instructions)\\b ?["\'“”‘’`]? ?[:=] ?["\'{[\\w]',
  ],
  [
    'turn',
    '[<‹＜](?:\\||｜|/?(?:system|assistant|user|human|im_|start_of|end_of|bos|eos|s\\b|sys|instruction|inst\\b|think|tool|data|content|policy|untrusted|item|document))|\\[/?(?:inst|sys|system|assistant|user|tool_\\w+|data)\\]|[‹<]{2}/?sys',
  ],
  [
    'turn',
    '(?:^|\\n)[ \\t>*#_-]{0,8}(?:system|assistant|developer|instruction|human|model|tool|moderator|ai|judge|operator|admin)[ \\t*_]{0,4}(?:prompt|message|note|override|response|answer|verdict|instruction)?[ \\t*_]{0,4}:',
  ],
  [
    'turn',
    '#{2,} ?(?:system|instruction|response|assistant|user|human|new|end|begin|task|override|answer)|={3,} ?(?:system|end|begin|new)|-{3,} ?(?:system|end|begin|new|admin)',
  ],
];

const compile = (list: readonly (readonly [string, string])[]): readonly { kind: string; pattern: RegExp }[] =>
  list.map(([kind, source]) => ({ kind, pattern: new RegExp(source, 'u') }));

export const instructionPatterns = compile([...english, ...otherLanguages, ...forms]);
