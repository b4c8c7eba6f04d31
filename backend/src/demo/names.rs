//! Lists of invented names, by where families in an English town come from. A table, so it may be long.

/// The names that families of one background have, and the places abroad they move to.
#[derive(Debug)]
pub(super) struct Background {
    /// Its share of all families, in per cent.
    pub(super) share: u32,
    /// Given names of girls and women.
    pub(super) female: &'static [&'static str],
    /// Given names of boys and men.
    pub(super) male: &'static [&'static str],
    /// Family names, in the form of a man and in that of a woman.
    pub(super) family: &'static [(&'static str, &'static str)],
    /// Places abroad: country, town and the name of a school there.
    pub(super) abroad: &'static [(&'static str, &'static str, &'static str)],
}

macro_rules! same {
    ($($name:literal),+ $(,)?) => { &[$(($name, $name)),+] };
}

/// All backgrounds; their shares make a hundred.
pub(super) const BACKGROUNDS: &[Background] = &[
    Background {
        share: 27,
        female: &[
            "Amelia",
            "Chloe",
            "Daisy",
            "Ellie-Mae",
            "Freya",
            "Harriet",
            "Isla",
            "Lacey",
            "Megan",
            "Poppy",
            "Ruby",
            "Summer",
        ],
        male: &[
            "Alfie", "Archie", "Callum", "Dylan", "Finley", "Harvey", "Jayden", "Kai", "Logan", "Oliver", "Riley",
            "Toby",
        ],
        family: same![
            "Ashcombe",
            "Barlow",
            "Cartmell",
            "Dunnett",
            "Eastaugh",
            "Fairhurst",
            "Goodge",
            "Hollins",
            "Kemsley",
            "Larkin-Shaw",
            "Mapplebeck",
            "Prowse",
            "Tilbrook",
            "Wragg"
        ],
        abroad: &[("Spain", "Alicante", "Colegio Ejemplo"), ("Australia", "Perth", "Sample Bay State School")],
    },
    Background {
        share: 15,
        female: &["Aisha", "Aleena", "Fatima", "Hafsa", "Inaya", "Maryam", "Noor", "Sana", "Zainab", "Zoya"],
        male: &["Abdullah", "Bilal", "Hamza", "Ibrahim", "Mohammed", "Mustafa", "Rayyan", "Umar", "Yusuf", "Zayn"],
        family: same![
            "Akhtar", "Aslam", "Bashir", "Chaudhry", "Hussain", "Javed", "Mahmood", "Qureshi", "Raja", "Shabbir"
        ],
        abroad: &[("Pakistan", "Mirpur", "Example Model School"), ("Pakistan", "Kotli", "Sample Public School")],
    },
    Background {
        share: 10,
        female: &["Anika", "Farzana", "Jannat", "Labiba", "Nusrat", "Rumana", "Sadia", "Tahmina"],
        male: &["Aminul", "Fahim", "Jubair", "Mahdi", "Rafi", "Sajid", "Tanvir", "Zubair"],
        family: &[
            ("Ahmed", "Begum"),
            ("Ali", "Khatun"),
            ("Islam", "Begum"),
            ("Miah", "Khanom"),
            ("Rahman", "Rahman"),
            ("Uddin", "Akther"),
        ],
        abroad: &[("Bangladesh", "Sylhet", "Example High School")],
    },
    Background {
        share: 8,
        female: &["Alicja", "Hanna", "Julia", "Lena", "Maja", "Oliwia", "Wiktoria", "Zofia"],
        male: &["Antoni", "Filip", "Jakub", "Kacper", "Mateusz", "Oskar", "Szymon", "Wojciech"],
        family: &[
            ("Borowski", "Borowska"),
            ("Dąbrowski", "Dąbrowska"),
            ("Jaworski", "Jaworska"),
            ("Król", "Król"),
            ("Sikorski", "Sikorska"),
            ("Wójcik", "Wójcik"),
        ],
        abroad: &[("Poland", "Radom", "Szkoła Podstawowa Przykład"), ("Poland", "Kielce", "Szkoła Podstawowa Wzór")],
    },
    Background {
        share: 10,
        female: &["Alexandra", "Andreea", "Bianca", "Elena", "Ioana", "Larisa", "Mădălina", "Ștefania"],
        male: &["Alexandru", "Andrei", "Cristian", "Darius", "Ionuț", "Luca", "Rareș", "Vlad"],
        family: same!["Bălan", "Ciobanu", "Dobre", "Lăcătuș", "Munteanu", "Stan", "Tudor", "Văduva"],
        abroad: &[("Romania", "Bacău", "Școala Gimnazială Exemplu"), ("Germany", "Duisburg", "Grundschule Muster")],
    },
    Background {
        share: 8,
        female: &["Adaeze", "Ama", "Chidinma", "Esi", "Folake", "Ifeoma", "Temiloluwa", "Yetunde"],
        male: &["Chinedu", "Emeka", "Femi", "Kofi", "Kwaku", "Oluwaseun", "Tobi", "Yaw"],
        family: same!["Adebayo", "Afolabi", "Asante", "Boateng", "Eze", "Mensah", "Nwosu", "Okonkwo", "Owusu-Ansah"],
        abroad: &[("Nigeria", "Ibadan", "Example Crown College"), ("Ghana", "Kumasi", "Sample Preparatory School")],
    },
    Background {
        share: 5,
        female: &["Asha", "Deeqa", "Hodan", "Ifrah", "Khadija", "Sagal"],
        male: &["Abdirahman", "Bashir", "Guled", "Ismail", "Liban", "Warsame"],
        family: same!["Abdi", "Farah", "Hersi", "Jama", "Mohamud", "Warsame", "Yusuf Ali"],
        abroad: &[("Kenya", "Nairobi", "Example Eastleigh Academy"), ("Somalia", "Hargeisa", "Sample Primary School")],
    },
    Background {
        share: 6,
        female: &["Aaliyah", "Brianna", "Kezia", "Shanice", "Tiana", "Zaria"],
        male: &["Andre", "Jahmal", "Malachi", "Nathaniel", "Tyrese", "Zion"],
        family: same!["Bailey-Grant", "Campbell", "Delroy", "Gayle", "McKenzie", "Pinnock", "Thompson-Reid"],
        abroad: &[("Jamaica", "Montego Bay", "Example All-Age School")],
    },
    Background {
        share: 4,
        female: &["Bridget", "Ciara", "Kathleen", "Margaret", "Mary-Ellen", "Shauna"],
        male: &["Danny", "Jimmy", "John-Paul", "Michael", "Paddy", "Tommy"],
        family: same!["Connors", "Delaney", "McGinley", "O’Dwyer", "Quilligan", "Rooney-Ward"],
        abroad: &[("Ireland", "Tullamore", "Example National School")],
    },
    Background {
        share: 5,
        female: &["Anjali", "Diya", "Gurpreet", "Harleen", "Jasmeen", "Kavya", "Simran"],
        male: &["Arjun", "Gurdeep", "Harjot", "Krish", "Manveer", "Rohan", "Viraj"],
        family: &[
            ("Singh Bhogal", "Kaur Bhogal"),
            ("Singh Sidhu", "Kaur Sidhu"),
            ("Desai", "Desai"),
            ("Mistry", "Mistry"),
            ("Pandya", "Pandya"),
        ],
        abroad: &[
            ("India", "Jalandhar", "Example Senior Secondary School"),
            ("Canada", "Brampton", "Sample Public School"),
        ],
    },
    Background {
        share: 2,
        female: &["Daryna", "Kateryna", "Sofiia", "Yana"],
        male: &["Artem", "Bohdan", "Danylo", "Maksym"],
        family: &[
            ("Bondarenko", "Bondarenko"),
            ("Hrytsenko", "Hrytsenko"),
            ("Kovalskyi", "Kovalska"),
            ("Moroz", "Moroz"),
        ],
        abroad: &[("Ukraine", "Lviv", "Lyceum Zrazok"), ("Germany", "Leipzig", "Oberschule Muster")],
    },
];

/// Streets that do not exist, as in the sample of the register.
pub(super) const STREETS: &[&str] = &[
    "Example Road",
    "Sample Street",
    "Specimen Close",
    "Pattern Avenue",
    "Placeholder Lane",
    "Template Court",
    "Model Crescent",
    "Fiction Way",
    "Invented Terrace",
    "Nowhere Gardens",
];

/// Authorities elsewhere in England, each with the name of a school that does not exist.
pub(super) const ELSEWHERE: &[(&str, &str)] = &[
    ("Birmingham", "Example Heath Academy"),
    ("Hertfordshire", "Hatch Example Primary School"),
    ("Leicester", "Sample Fields School"),
    ("Central Bedfordshire", "Sample Vale Upper School"),
    ("Milton Keynes", "Specimen Park School"),
    ("Bedford", "Castle Mound Primary School"),
    ("Peterborough", "Pattern Fen Academy"),
    ("Bradford", "Example Moor School"),
    ("Enfield", "Sample Lock School"),
];
