//! Disclosure control: the form in which counts leave the authority. Rounding alone is not enough: percentages are not
//! given at all, a cell below the threshold says only "low", and a true zero looks like any other low cell.
//!
//! What must not live here: who sees exact counts (`policy`), and which changes are published (`statistics`).

/// The threshold: counts below it are shown as "low".
pub const SMALLEST_CELL: u64 = 5;
/// The multiple that counts are rounded to.
pub const BASE: u64 = 10;

/// A count after disclosure control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed {
    /// The number; `None` for a cell that is low or withheld.
    pub value: Option<u64>,
    /// The text to print: the number, "low" or "withheld".
    pub display: String,
}

/// A count without disclosure control, for those who may list the cases and could count them.
pub fn exact(count: u64) -> Disclosed {
    Disclosed { value: Some(count), display: count.to_string() }
}

/// A count of rows that were counted up to one more than `most`, without disclosure control. Lists of any length cost
/// the same, because nobody needs to know more than that there are many.
pub fn up_to(most: u64, count: u64) -> Disclosed {
    if count > most { Disclosed { value: None, display: format!("more than {most}") } } else { exact(count) }
}

/// A count after disclosure control, for those who must not be able to identify anybody.
pub fn controlled(count: u64) -> Disclosed {
    let rounded = (count + BASE / 2) / BASE * BASE;
    if count < SMALLEST_CELL || rounded == 0 {
        return Disclosed { value: None, display: "low".to_owned() };
    }
    Disclosed { value: Some(rounded), display: rounded.to_string() }
}

/// The cells of one table after disclosure control. If just one cell is low, it could be worked out from a total and
/// the other cells, so the smallest of the others is withheld too.
pub fn controlled_table(counts: &[u64]) -> Vec<Disclosed> {
    let mut cells: Vec<Disclosed> = counts.iter().map(|count| controlled(*count)).collect();
    if cells.iter().filter(|cell| cell.value.is_none()).count() == 1 {
        let told = (0..cells.len()).filter(|at| cells[*at].value.is_some());
        if let Some(smallest) = told.min_by_key(|at| counts[*at]) {
            cells[smallest] = Disclosed { value: None, display: "withheld".to_owned() };
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_rounded_to_ten_and_low_ones_only_called_low() {
        for (count, expected) in
            [(0, "low"), (1, "low"), (4, "low"), (5, "10"), (14, "10"), (15, "20"), (26, "30"), (290, "290")]
        {
            assert_eq!(controlled(count).display, expected, "{count}");
        }
    }

    #[test]
    fn one_low_cell_alone_takes_the_next_smallest_with_it() {
        for (counts, expected) in [
            (&[3, 40, 12][..], &["low", "40", "withheld"][..]),
            (&[0, 20, 20], &["low", "withheld", "20"]),
            (&[3, 4, 12], &["low", "low", "10"]),
            (&[5, 12], &["10", "10"]),
            (&[4], &["low"]),
            (&[], &[]),
        ] {
            let told: Vec<String> = controlled_table(counts).into_iter().map(|cell| cell.display).collect();
            assert_eq!(told, expected, "{counts:?}");
        }
    }
}
