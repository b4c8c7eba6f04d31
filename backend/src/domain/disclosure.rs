//! How counts leave the authority. Rounding alone is not enough: percentages are not given at all, cells below the
//! threshold say only that they are low, and true zeros are not told apart from low ones.

/// Counts below this are told as "low".
pub const SMALLEST_CELL: u64 = 5;
/// Counts are rounded to the nearest multiple of this.
pub const BASE: u64 = 10;

/// A count as it may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed {
    /// The number; none when too low to tell.
    pub value: Option<u64>,
    /// The number as it may be printed.
    pub display: String,
}

/// The count as it is, for those who could count by hand.
pub fn exact(count: u64) -> Disclosed {
    Disclosed { value: Some(count), display: count.to_string() }
}

/// The count as it may be told to those who must not identify anybody.
pub fn controlled(count: u64) -> Disclosed {
    let rounded = (count + BASE / 2) / BASE * BASE;
    if count < SMALLEST_CELL || rounded == 0 {
        return Disclosed { value: None, display: "low".to_owned() };
    }
    Disclosed { value: Some(rounded), display: rounded.to_string() }
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
}
