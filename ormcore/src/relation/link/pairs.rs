/// As many columns as a key can have.
pub(super) const LONGEST_KEY: usize = 6;

/// Pairs of columns that are equal in linked rows, as positions in their tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pairs {
    pub(super) count: u8,
    pub(super) near: [u16; LONGEST_KEY],
    pub(super) far: [u16; LONGEST_KEY],
}

/// The columns of one side of a key.
pub(crate) type KeyColumns = (u8, [u16; LONGEST_KEY]);

impl Pairs {
    pub(super) const NONE: Pairs = Pairs { count: 0, near: [0; LONGEST_KEY], far: [0; LONGEST_KEY] };

    pub(super) const fn with(mut self, near: usize, far: usize) -> Self {
        self.near[self.count as usize] = near as u16;
        self.far[self.count as usize] = far as u16;
        self.count += 1;
        self
    }

    pub(crate) const fn reversed(self) -> Self {
        Pairs { count: self.count, near: self.far, far: self.near }
    }

    /// The positions on this side.
    pub(crate) fn near(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        self.near[..usize::from(self.count)].iter().map(|index| usize::from(*index))
    }

    /// The positions on the other side.
    pub(crate) fn far(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        self.far[..usize::from(self.count)].iter().map(|index| usize::from(*index))
    }

    /// What tells the key apart from others of the table on the other side, which may have columns in common with it.
    pub(crate) fn far_columns(&self) -> KeyColumns {
        (self.count, self.far)
    }

    pub(super) const fn same(&self, other: &Pairs) -> bool {
        let mut at = 0;
        while at < self.count as usize && self.count == other.count {
            if self.near[at] != other.near[at] || self.far[at] != other.far[at] {
                return false;
            }
            at += 1;
        }
        self.count == other.count
    }
}
