//! Names of constraints and indexes: a prefix, the table, the columns.

/// The longest name that PostgreSQL keeps whole, in bytes; a longer one is cut there without a word.
const LONGEST: usize = 63;

/// `ix_user_email`; a name that would be too long is cut, and ends in a hash of the whole.
pub(crate) fn constraint(prefix: &str, table: &str, parts: &[&str]) -> String {
    let mut name = format!("{prefix}_{table}");
    for part in parts {
        name.push('_');
        name.push_str(part);
    }
    if name.len() > LONGEST { hashed(&name, &name) } else { name }
}

/// The name, cut where it is too long, with a hash of `whole` at its end.
pub(crate) fn hashed(name: &str, whole: &str) -> String {
    let hash = format!("_{:012x}", fnv1a(whole.as_bytes()) & 0xffff_ffff_ffff);
    let mut end = name.len().min(LONGEST - hash.len());
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{hash}", &name[..end])
}

/// FNV-1a, 64 bits: the same on every machine and in every version, as names in a database have to be.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_plain() {
        assert_eq!(constraint("uq", "user", &["first", "last"]), "uq_user_first_last");
    }

    #[test]
    fn long_names_differ_though_their_starts_are_the_same() {
        let long = "a".repeat(80);
        let (one, two) = (constraint("ix", &long, &["one"]), constraint("ix", &long, &["two"]));
        assert_ne!(one, two);
        assert!(one.len() <= LONGEST && two.len() <= LONGEST);
    }

    #[test]
    fn a_name_is_not_cut_inside_a_character() {
        let name = constraint("ix", &"é".repeat(60), &["x"]);
        assert!(name.len() <= LONGEST && name.starts_with("ix_é"));
    }
}
