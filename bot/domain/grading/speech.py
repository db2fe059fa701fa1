"""The joints of English speech: words that carry no subject matter but decide how the others are to be read."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that weigh nothing in a phrase. Directions (up, more, off) and 'not' are missing on purpose: they carry meaning.
FUNCTION = _words(
    """a an the this that these those it its it's itself they them their theirs he him his she her we us our you your
    yours i me my mine one's who whom whose which what where when why how there here then than as so such and or but nor
    if else though although while whereas because since until unless whether however therefore thus hence of to in on at
    by for from with into onto about over under between among through during per via within against across is are was
    were be been being am i'm it'll that's there's here's you're we're they're he's she's let's what's i've we've you've
    they've do does did doing done have has had having can could will would shall should may might must also too very
    really quite rather just only even still already again ever yet almost maybe perhaps basically actually some any
    each every all both either other others another own same certain several many much most get gets got getting make
    makes made let lets put puts thing things way ways kind sort lot lots etc eg ie say says said call called means mean
    meaning seem seems like please well ok okay oh yes yeah i'd you'd we'd they'd he'd she'd it'd i'll you'll we'll
    they'll"""
)

# Words that deny what follows. Verbs such as 'avoid' or 'prevent' are directions in the lexicon.
NEGATORS = _words(
    """not no never none neither nor cannot without nothing nobody nowhere hardly barely rarely seldom unable non fails
    fail failed can't cant don't dont doesn't doesnt didn't didnt isn't isnt aren't arent wasn't wasnt weren't werent
    won't wont wouldn't wouldnt couldn't couldnt shouldn't shouldnt hasn't hasnt haven't havent hadn't hadnt ain't
    mustn't mightn't needn't lack lacks lacking myth untrue"""
)

# After these a new statement begins: a denial does not reach across.
BREAKERS = _words(
    "but while whereas which because so although though however instead therefore hence since unless then still who"
)

BEING = _words("is are be was were")
SEEMING = BEING | _words("been being seem seems")

# After 'and' these begin a new statement: 'has no fixed size and can grow'.
STATING = _words("can could will would may might must should is are was were has have does do it they you we")

# 'I am not sure but', 'not only', 'no doubt': the negator before these words denies nothing of the subject.
HEDGED = _words(
    """want wants sure certain only just merely simply doubt matter wonder surprise know knows think remember idea problem
    necessarily"""
)

# What stands after these is what the subject is compared with, not what is spoken of.
COMPARERS = _words("over than unlike versus vs compared against contrast opposed like")

FORMER = _words("former first")
LATTER = _words("latter second")

# 'does not stop gradients from being tracked': these verbs right after a negator cancel it for what follows.
DENYING = _words(
    """stop stops stopping prevent prevents preventing avoid avoids avoiding disable disables disabling remove removes
    removing forget forgets block blocks exclude hinder cancel eliminate without fail skip skips ignore ignores omit omits
    fix fixes fixing cure cures solve solves solving resolve resolves address addresses handle handles mitigate repair
    remedy tackle"""
)

# 'clipping will not help', 'labels are not needed': these, denied, deny what stands before them.
VAIN = _words(
    """help helps matter matters work works need needed require required necessary useful relevant important cause change
    affect play apply count exist"""
)
# Before one of these a verb has an object, and it is the object that is denied.
OBJECT = _words("the a an any its their this that how what to")
FUTILE = _words("useless pointless unnecessary irrelevant superfluous needless unneeded")

# 'it is wrong to …', 'a mistake would be to …': what follows is denied.
BLAMED = _words("wrong mistake unfair harmful dangerous bad unwise useless pointless unnecessary needless superfluous")

# Content words that deny something where they stand in such a sentence, and only there.
OPINIONS = FUTILE | BLAMED

# 'skip the baseline', 'ignore the costs': what follows is advised against.
IGNORING = _words("skip skips skipping ignore ignores ignoring omit omits omitting forbid forbids neglect disregard disregards")
IGNORED = _words("ignored skipped omitted neglected disregarded forbidden")
DISCARDED = _words("dropped discarded deleted removed avoided abandoned dismissed excluded disabled stopped banned")

# 'leave the labels alone'.
LEAVING = _words("leave leaving")
OUT = _words("out alone aside away")

# '… is safer than splitting by time'.
BETTER = _words("better safer wiser preferable fairer")

# 'guardrails are unimportant': what stands before is not to be thought of.
SLIGHTING = FUTILE | _words("harmless unimportant immaterial meaningless wasteful worthless overrated")

# 'paging wastes memory': what does so is advised against.
RUINING = _words(
    """waste wastes hides masks obscures blurs distorts destroy destroys ruin ruins spoil spoils contaminate contaminates
    dilute dilutes confuse confuses mislead misleads distract distracts undermine undermines defeats falsifies
    invalidates"""
)

# '… makes it worse', '… adds noise', '… would leak'.
FRAMING = _words("make makes made making adds would")
HARMFUL = _words(
    """worse worsen slower noisier unstable harder vague useless leak leaks leakage bias noise hide waste confuse
    mislead distract destroy spoil ruin hurt harm"""
)

# Small words that a phrase without a weighty word may stand on: 'use both', 'all the data'.
TELLING = _words("both all each every any other another own between before after same most many")

# 'It is a myth that …': what follows is told in order to be refuted.
REFUTING = _words(
    """myth misconception wrong false mistake mistaken mistakenly incorrect incorrectly untrue wrongly fallacy trap naive
    naively tempting avoid beware instead rather careful shouldn't mustn't"""
)

# After these comes another statement: a mistake is stated within one.
CONTRASTING = _words("but while whereas although though however instead")

# One of these before a word turns it into its opposite: supervised / unsupervised, mutable / immutable.
REVERSING = ("un", "non", "in", "im", "ir", "dis", "a", "anti")

# 'the former is', 'the first approach': what may follow an ordinal that stands for a compared notion.
STANDING_IN = _words("one approach method option technique kind type is does has uses tells trains just only")

# 'the loss grows with depth': what follows such a small word is not what grows.
TURNING = _words("with as when if because by via after than per under once during")

# These say what their subject does, never what it does to something: 'as the depth grows the scores shrink'.
INTRANSITIVE = _words(
    """grow grows grew growing rise rises rose rising fall falls fell falling explode explodes exploding climb climbs
    climbing decline declines declining"""
)

# A sentence that begins so goes on about the subject of the one before.
GOING_ON = _words("it its it's they their them this these that those")

# Words of a question that announces a comparison.
COMPARING = _words(
    "difference differences compare comparison contrast distinguish between explain tell relate tradeoff trade describe"
)
DIFFERING = _words("differ differs compare separate separates tell measure relate")
SEPARATING = _words("separate separates tell tells distinguish distinguishes sets differentiates")
