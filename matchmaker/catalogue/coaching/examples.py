"""Examples for each industry: how somebody else told a problem and set a target. Invented."""

from matchmaker.messages import Message, _l

#: Industry code → a problem, a target.
_BY_INDUSTRY: dict[str, tuple[Message, Message]] = {
    "textile": (
        _l(
            "Reactive-dyed cotton knit differs by a grade from one batch to the next since March; three "
            "recipes of levelling agent made no difference."
        ),
        _l("shade difference ΔE from 1.6 to below 0.8, right first time from 78 per cent to 92 per cent"),
    ),
    "chemical": (
        _l(
            "The intermediate crystallises too fine: the centrifuge takes eleven hours a batch and 8 per cent water "
            "stays in; seeding helped twice and then no more."
        ),
        _l("median grain from 60 to over 120 μm, filtering below 3 hours, water below 3 per cent"),
    ),
    "metalworking": (
        _l(
            "Die-cast brass caps show pores when drilled, one in eight; we changed the shot speed and it "
            "came back after two days."
        ),
        _l("scrap from 12 per cent to below 3 per cent, measured over a month"),
    ),
    "rice-wine": (
        _l(
            "Six in a hundred jars of last winter's brew turned sour, usually it is two; the wheat starter "
            "and the temperature log are at hand."
        ),
        _l("sour jars from 6 per cent to below 2 per cent, total acid at most 6.5 g/L"),
    ),
    "pearl": (
        _l("Bleached freshwater pearls over 8 mm turn yellow within half a year; longer bleaching takes their lustre."),
        _l("whiteness loses no more than 5 points in 6 months, lustre grade unchanged"),
    ),
    "equipment": (
        _l(
            "The worm gear of our rotary table wears: 8 arc seconds when it leaves, over 20 after half a "
            "year; another bronze did not help."
        ),
        _l("indexing accuracy within 12 arc seconds after two years of two shifts"),
    ),
    "medicine": (
        _l(
            "Wet-granulated tablets dissolve ten points apart from batch to batch at 8 hours since the "
            "scale-up to 200 kg; moisture is about 2 per cent."
        ),
        _l("f2 over 50 in all media, RSD between batches below 5 per cent"),
    ),
    "new-materials": (
        _l("The alumina coating of our 9 μm separator sheds powder at slitting; more binder makes it too dense."),
        _l("powder below 0.1 g/m², air permeability up by at most 20 s/100 mL"),
    ),
    "electronics": (
        _l(
            "X-ray shows voids over 30 per cent under QFN after reflow; two solder pastes tried, 40 of 1,000 boards "
            "a day are reworked."
        ),
        _l("voids below 15 per cent, rework from 4 per cent to below 0.5 per cent"),
    ),
    "hosiery": (
        _l(
            "Toes are linked by hand, 800 pairs a shift and worker; the two automatic units we tried drop "
            "loops on fine gauge."
        ),
        _l("300 pairs a shift and machine, linking faults below 1 per cent"),
    ),
    "kitchen-appliance": (
        _l("The hood moves 17.6 m³/min instead of 20; a forward-curved impeller brought the air and 2 dB more noise."),
        _l("at least 20 m³/min at no more than 72 dB, cost up by at most 18 yuan"),
    ),
    "necktie": (
        _l(
            "Dark jacquard silk rubs off wet at grade 2; the fixing agent that helps makes it stiff. About "
            "200,000 ties a year."
        ),
        _l("wet rubbing grade 3 at unchanged handle"),
    ),
    "bearing": (
        _l("Outer rings 6203 show chatter after centreless grinding, roundness 1.2 μm; dressing helps for two hours."),
        _l("roundness at most 0.8 μm, vibration grade Z3 for 95 per cent of a sample"),
    ),
    "environment": (
        _l(
            "The SNCR of our biomass boiler slips 12 to 20 ppm of ammonia, worst at night at low load; the "
            "lances sit where the maker put them."
        ),
        _l("ammonia slip at most 8 ppm at NOx below 50 mg/m³"),
    ),
    "housing": (
        _l(
            "A third of our composite slabs crack finely at the lattice girders when lifted after eight "
            "hours of steam at 60 °C."
        ),
        _l("cracked slabs from 30 per cent to below 3 per cent"),
    ),
    "entertainment": (
        _l(
            "One minute of optical motion capture takes three hours of mending by hand; filters of two "
            "programs blur the fingers."
        ),
        _l("mending one minute takes at most 20 minutes"),
    ),
    "tea": (
        _l("Machine-panned flat tea smells dull after the first pan at 220 °C; thinner and hotter burns the edges."),
        _l("three points more in tasting, burnt edges below 1 per cent"),
    ),
    "auto-parts": (
        _l(
            "Forged 6082 control arms show laps at the ball joint, 4 per cent by fluorescent testing; the preform "
            "was changed twice."
        ),
        _l("laps below 0.8 per cent over 5,000 pieces"),
    ),
    "apparel": (
        _l(
            "Down comes through the seams of 20D nylon after five washes; finer needles and another thread "
            "did not stop it."
        ),
        _l("at most 20 plumes by GB/T 14272, returns from 2 per cent to below 0.5 per cent"),
    ),
    "bicycle": (
        _l("Seven of a hundred carbon frames are hollow inside the bottom bracket after bladder moulding at 12 bar."),
        _l("scrap from 7 per cent to below 2.5 per cent"),
    ),
    "auto-moto-parts": (
        _l(
            "Front shock absorbers weep after 3,000 km; the chromed rod has Ra 0.2, and imported seals "
            "lasted 1,000 km more."
        ),
        _l("no weeping over 10,000 km, or 500,000 strokes on the bench"),
    ),
    "glass": (
        _l("The float line cuts out 80 of 1,500 cases a day for stones; the laboratory says zirconia."),
        _l("at most 0.3 stones a tonne"),
    ),
    "food": (
        _l("Chilled braised duck necks turn slimy on the fifth day; pasteurising at 90 °C makes them soft."),
        _l("keeps for 12 days at 4 °C, total count at most 10^4 CFU/g"),
    ),
    "it": (
        _l(
            "Thirty machines with serial PLCs of the nineties lose their link to the MES every few hours; a "
            "gateway did not hold."
        ),
        _l("99 per cent of readings arrive, and a lost link is back within one minute"),
    ),
    "biomedicine": (
        _l(
            "Viability in fed-batch CHO culture falls after day ten; 1.8 g/L at 3 L, a third less at 200 L. "
            "Four feeds were tried."
        ),
        _l("at least 3 g/L at 200 L, viability over 80 per cent on day 12"),
    ),
    "nev": (
        _l(
            "The SMC lid and aluminium tray of our battery pack leak after vibration; lid flatness is 2.5 "
            "mm, two sealants were tried."
        ),
        _l("leakage below 30 Pa/min after vibration, IP67"),
    ),
    "new-energy": (
        _l(
            "Front silver paste takes 75 mg a TOPCon cell; below 11 μm of screen opening more than 2 per cent of "
            "fingers break."
        ),
        _l("at most 65 mg a cell, broken fingers at most 0.5 per cent"),
    ),
    "digital-creative": (
        _l("Scans of bronze vessels have holes at highlights; mending the textures of one takes four days."),
        _l("one object is mended in a day, loads within 4 seconds on a phone"),
    ),
}

#: For a need that has no industry yet.
_ANY = _BY_INDUSTRY["textile"]

DEADLINE = _l("before the peak season: 2027-03-31")
BUDGET = _l("up to 12 (120,000 yuan), trials included")


def problem_example(industry_code: str) -> Message:
    """Return a problem as somebody in the industry told it."""
    return _BY_INDUSTRY.get(industry_code, _ANY)[0]


def target_example(industry_code: str) -> Message:
    """Return a target as somebody in the industry set it."""
    return _BY_INDUSTRY.get(industry_code, _ANY)[1]
