/// How the rows that a SELECT reads are locked until the transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lock {
    /// What others may not do meanwhile.
    pub strength: LockStrength,
    /// What happens to rows that others have locked.
    pub held: HeldLocks,
}

/// What others may not do with locked rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockStrength {
    /// Neither change nor lock them.
    Update,
    /// Neither change nor lock them, but point to them by foreign keys: what an update does itself.
    NoKeyUpdate,
    /// Not change them; they may lock them in this way too.
    Share,
}

/// What a SELECT that locks does with rows that others have locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldLocks {
    /// It waits.
    Wait,
    /// It leaves them out.
    Skip,
    /// It ends in an error.
    Refuse,
}
