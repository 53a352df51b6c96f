"""The raw material of the invented caseload: names nobody has together, places that do not exist, what is said.

Sentences come in pairs (Danish, English) so that the demo can be read in either language.
"""

Pair = tuple[str, str]

GIVEN = (
    *("Jonas", "Mia", "Ahmed", "Lise", "Fatima", "Karim", "Søren", "Åse", "Thi Lan", "Peter", "Birgit", "Omar"),
    *("Hanne", "Nadia", "Bo", "Gerda", "Ibrahim", "Kirsten", "Aage", "Yasmin", "Ole", "Ingrid", "Samir", "Bodil"),
    *("Jesper", "Amina", "Niels", "Zahra", "Erik", "Lone", "Hassan", "Pia", "Viggo", "Leyla", "Torben", "Maren"),
    *("Øjvind", "Sanne", "Malik", "Dorthe", "Frederik", "Rania", "Anker", "Ida", "Mustafa", "Gitte"),
)
FAMILY = (
    *("Pedersen", "Thomsen", "Khalil", "Holm", "Aydin", "Haddad", "Bækgaard", "Lindholm", "Nguyen", "Aagaard"),
    *("Østergaard", "Said", "Kjær", "Berg", "Mikkelsen", "Aaen", "Demir", "Skov", "Ørum", "Rahimi", "Toft"),
    *("Bjerre", "Youssef", "Dahl", "Møller Krog", "Farah", "Lunde", "Karaca", "Sand", "Ågesen", "Vestergaard"),
)
AREAS = ("Solparken", "Nørrevang", "Birkelunden", "Havnekvarteret", "Egeparken", "Åbrinken")
STREETS = ("Kløvervej", "Pilealle", "Rugmarken", "Søbakken", "Østervang", "Åstien")
BENEFITS: dict[str, Pair] = {
    "guarantee": ("kontanthjælp", "cash benefit"),
    "fsm2": ("kontanthjælp", "cash benefit"),
    "uif2": ("ledighedsydelse", "flex job unemployment benefit"),
    "flexjob": ("ledighedsydelse", "flex job unemployment benefit"),
    "mastery": ("kontanthjælp", "cash benefit"),
}
COMPANIES: tuple[tuple[str, Pair, int], ...] = (
    ("Dalum Købmand", ("dagligvarer", "groceries"), 38),
    ("Odins Lager", ("lager", "warehouse"), 120),
    ("Bageriet Kornblomst", ("bageri", "bakery"), 14),
    ("Grønløkke Gartneri", ("gartneri", "nursery garden"), 22),
    ("Plejehjemmet Solsiden", ("pleje", "care home"), 85),
    ("Havnens Kantine", ("kantine", "canteen"), 9),
    ("Cykelværkstedet Kæden", ("værksted", "workshop"), 6),
    ("Nordhavn Rengøring", ("rengøring", "cleaning"), 60),
    ("Genbrugsbutikken Tråden", ("genbrug", "second-hand shop"), 11),
    ("Æblegården Børnehave", ("børnehave", "kindergarten"), 19),
    ("Trykkeriet Linje 4", ("tryk", "printing"), 17),
    ("Ø-Smedien", ("smedje", "metalwork"), 8),
    ("Hotel Bølgen", ("hotel", "hotel"), 45),
    ("Skovbo Savværk", ("savværk", "sawmill"), 26),
)
CONTACT_NAMES = (
    *("Bente Holm", "Klaus Riis", "Annelise Bro", "Morten Krag", "Tina Lykke", "Jørgen Fink", "Sofie Elkjær"),
    *("Per Gade", "Ulla Stick", "Henrik Bøge", "Mette Sund", "Rune Falk", "Karen Mose", "Dan Hede"),
)
TITLES: tuple[Pair, ...] = (("butikschef", "store manager"), ("værkfører", "foreman"), ("leder", "manager"))

CONTACT_NOTES: tuple[Pair, ...] = (
    (
        "Har prøvet to morgener i køkkenet og vil gerne have flere. Møder til tiden.",
        "Has tried two mornings in the kitchen and wants more. Arrives on time.",
    ),
    (
        "Usikker på bussen om morgenen. Vi kigger på køreplanen sammen på onsdag.",
        "Unsure about the morning bus. We look at the timetable together on Wednesday.",
    ),
    (
        "Har talt med sin datter om at gå op i tid. Vil prøve en time mere om ugen.",
        "Has talked with the daughter about more hours. Will try one more hour a week.",
    ),
    (
        "Glad for kollegerne. Pauserne er vigtige, og det ved de på stedet.",
        "Likes the colleagues. Breaks matter, and they know it there.",
    ),
    (
        "Ringede selv for at fortælle, at det gik godt. Vil gerne stå i kassen til jul.",
        "Called to say it went well. Would like to work the till at Christmas.",
    ),
    (
        "Kom ikke i gang i denne uge. Vi aftalte en kort dag i stedet for ingen dag.",
        "Did not get started this week. We agreed on a short day rather than no day.",
    ),
    (
        "Vi gik CV'et igennem. Erfaring fra gartneri og lager er nu med.",
        "We went through the CV. Experience from nursery garden and warehouse is now in it.",
    ),
    (
        "Mødte op til samtalen med en liste over opgaver, der kunne passe. Stærkt.",
        "Came to the talk with a list of tasks that might suit. Strong.",
    ),
    (
        "Vil helst arbejde om formiddagen. Spørger om der er noget tættere på hjemmet.",
        "Prefers mornings. Asks for something closer to home.",
    ),
    (
        "Fortæller, at truckkortet er udløbet. Vi undersøger et kursus.",
        "Says the forklift licence has expired. We look into a course.",
    ),
)
MISSED_NOTES: tuple[Pair, ...] = (
    ("Ingen svar, lagt besked.", "No answer, left a message."),
    ("Telefonen var slukket. Prøver igen i morgen.", "The phone was off. Trying again tomorrow."),
)
AGREED: tuple[Pair, ...] = (
    ("Jeg ringer til lederen om en makker.", "I call the manager about a work buddy."),
    ("Vi mødes på stedet tirsdag kl. 9.", "We meet at the workplace on Tuesday at 9."),
    ("Prøver 9 timer om ugen fra den første.", "Tries 9 hours a week from the first."),
)
JOB_GOALS: tuple[Pair, ...] = (
    ("Arbejde i et køkken, hvor der er ro", "Work in a kitchen where it is calm"),
    ("Stå i butik og møde kunder", "Work in a shop and meet customers"),
    ("Komme tilbage til lageret", "Get back to warehouse work"),
    ("Arbejde med planter og være ude", "Work with plants and be outdoors"),
    ("Hjælpe ældre på et plejehjem", "Help older people in a care home"),
    ("Have et fast arbejde med børn", "Have steady work with children"),
)
STEPS: tuple[Pair, ...] = (
    ("Møde til tiden tre dage om ugen", "Arrive on time three days a week"),
    ("Tage bussen alene", "Take the bus alone"),
    ("Opdatere CV med erfaring fra praktik", "Update the CV with the internship"),
    ("Sige til, når der er brug for en pause", "Say when a break is needed"),
    ("Prøve kassen en formiddag", "Try the till one morning"),
    ("Lære en ny opgave i køkkenet", "Learn a new task in the kitchen"),
)
OWN_WORDS: tuple[Pair, ...] = (
    ("»Jeg troede ikke, jeg kunne stå op så tidligt.«", '"I did not think I could get up that early."'),
    ("»Det var rart, at nogen spurgte efter mig.«", '"It was nice that somebody asked for me."'),
    ("»Næste gang tør jeg sige til.«", '"Next time I dare to say so."'),
)
FOLLOW_UPS: tuple[Pair, ...] = (
    ("Opfølgning på stedet", "Follow-up at the workplace"),
    ("Samtale om flere timer", "Talk about more hours"),
    ("Ring om ugen der gik", "Call about the week"),
    ("Nye opgaver i køkkenet", "New tasks in the kitchen"),
    ("Status med virksomheden", "Status with the company"),
)
PROMISES: tuple[Pair, ...] = (
    ("Ring om buskortet", "Call about the bus pass"),
    ("Send forslag til arbejdstider", "Send a proposal for working hours"),
    ("Undersøg truckkursus", "Look into the forklift course"),
)
VISIT_NOTES: tuple[Pair, ...] = (
    (
        "Ombygningen er færdig, og der er plads til en mere på lageret fra januar.",
        "The rebuilding is done, and there is room for one more in the warehouse from January.",
    ),
    (
        "Travl tid op til jul. De vil gerne have hjælp til opfyldning om morgenen.",
        "Busy before Christmas. They want help with restocking in the mornings.",
    ),
    (
        "Lederen er glad for ordningen og spørger til mentortimer.",
        "The manager is glad of the arrangement and asks about mentor hours.",
    ),
)
PART_NOTES: tuple[Pair, ...] = (
    (
        "To morgener i køkkenet gik godt. Fast makker fra den første.",
        "Two mornings went well. A fixed buddy from the first.",
    ),
    (
        "Bliver på timetallet til jul. Ny opgave ved blomsterne.",
        "Stays on these hours till Christmas. New task with flowers.",
    ),
    ("Vil gerne lære varemodtagelsen. Vi prøver i næste uge.", "Wants to learn goods reception. We try next week."),
)
MEMOS: tuple[Pair, ...] = (
    ("Bestil lokale til fyraftensmøde", "Book a room for the after-work meeting"),
    ("Spørg K. Lund om mentorkurset", "Ask K. Lund about the mentor course"),
)
FACT_WORDS: dict[str, tuple[Pair, ...]] = {
    "": (
        ("Talt igennem og skrevet ned", "Talked through and written down"),
        ("Aftalt på mødet", "Agreed at the meeting"),
        ("Borgeren er med på det", "The citizen is in on it"),
        ("Ser fornuftigt ud", "Looks sensible"),
    ),
    "reason": (
        ("Passer bedst til borgerens ønske", "Fits the citizen's wish best"),
        ("Aftalt med sagsbehandleren", "Agreed with the caseworker"),
        ("Det giver ro i opstarten", "It makes for a calm start"),
    ),
    "resources": (
        ("Møder til tiden", "Is on time"),
        ("God til at tale med kunder", "Good with customers"),
        ("Har haft egen bod", "Ran a market stall"),
        ("Praktisk anlagt", "Practical"),
    ),
    "functions": (
        ("Vareopfyldning", "Stocking shelves"),
        ("Let rengøring", "Light cleaning"),
        ("Pakke ordrer", "Packing orders"),
        ("Anrette mad", "Plating food"),
    ),
    "tasks": (
        ("Opvask og anretning", "Dishes and plating"),
        ("Fylde hylder om morgenen", "Stocking shelves in the morning"),
        ("Pakke på lager", "Packing in the warehouse"),
        ("Passe udearealer", "Outdoor care"),
    ),
    "job_wish": (
        ("Noget med mad", "Something with food"),
        ("Lager eller butik", "Warehouse or shop"),
        ("Hjælpe ældre", "Helping elderly people"),
    ),
    "action": (
        ("Jobformidleren ringer til frivilligcentret", "The broker calls the volunteer centre"),
        ("Prøver bussen sammen", "They try the bus together"),
    ),
    "partner": (("Frivilligcentret Broen", "Broen volunteer centre"), ("Økonomirådgivningen", "Debt advice")),
    "name": (("Rikke Toft", "Rikke Toft"), ("Bent Aagaard", "Bent Aagaard"), ("Tove Lund", "Tove Lund")),
    "person": (("M. Skov", "M. Skov"), ("T. Berg", "T. Berg")),
    "company": (("Havnens Kantine", "Havnens Kantine"), ("Odins Lager", "Odins Lager")),
    "reference": (("MP-2231", "MP-2231"), ("MP-2307", "MP-2307")),
    "challenge": (("Sover dårligt", "Sleeps badly"), ("Transport om morgenen", "Transport in the morning")),
    "goal": (("Arbejde i et køkken", "Work in a kitchen"), ("Et job med faste dage", "A job with fixed days")),
    "text": (("Vil gerne i gang", "Wants to get going"), ("Har et mål for foråret", "Has a goal for the spring")),
    "considerations": (("Ingen tunge løft", "No heavy lifting"), ("Pause hver time", "A break every hour")),
}
"""Words for fields of facts by field name; under "" for all others."""
COLLEAGUES = {
    "caseworker": "S. Kofoed",
    "outreach_consultant": "R. Munk",
    "company_consultant": "P. Riis",
    "teacher": "A. Thorup",
    "lead": "H. Brandt",
    "mentor": "L. Eskesen",
}
"""Colleagues with another role than the broker's, by role."""
