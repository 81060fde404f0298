/// Something whose content can be compared across peers that have structs of their own.
pub trait Content {
    /// Adds the content to a digest.
    fn content(&self, digest: &mut Digest);

    /// The digest of the content alone.
    fn digest(&self) -> u64 {
        let mut digest = Digest::new();
        self.content(&mut digest);
        digest.value()
    }
}

/// FNV-1a over values with their lengths.
#[derive(Debug, Clone, Copy)]
pub struct Digest(u64);

impl Digest {
    /// That of nothing.
    pub fn new() -> Self {
        Digest(0xcbf2_9ce4_8422_2325)
    }

    /// What it has come to.
    pub fn value(self) -> u64 {
        self.0
    }

    /// Adds bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len().cast_signed() as i64);
        self.add(bytes);
    }

    /// Adds an integer.
    pub fn number(&mut self, number: i64) {
        self.add(&number.to_le_bytes());
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

impl Default for Digest {
    fn default() -> Self {
        Digest::new()
    }
}

impl Content for i64 {
    fn content(&self, digest: &mut Digest) {
        digest.number(*self);
    }
}

impl Content for i32 {
    fn content(&self, digest: &mut Digest) {
        digest.number(i64::from(*self));
    }
}

impl Content for u64 {
    fn content(&self, digest: &mut Digest) {
        digest.number(self.cast_signed());
    }
}

impl Content for bool {
    fn content(&self, digest: &mut Digest) {
        digest.number(i64::from(*self));
    }
}

impl Content for f64 {
    fn content(&self, digest: &mut Digest) {
        digest.number(self.to_bits().cast_signed());
    }
}

impl Content for str {
    fn content(&self, digest: &mut Digest) {
        digest.bytes(self.as_bytes());
    }
}

impl Content for String {
    fn content(&self, digest: &mut Digest) {
        digest.bytes(self.as_bytes());
    }
}

/// A column of bytes; a plain `Vec<u8>` is one, not rows.
impl Content for u8 {
    fn content(&self, digest: &mut Digest) {
        digest.number(i64::from(*self));
    }
}

impl<T: Content + ?Sized> Content for &T {
    fn content(&self, digest: &mut Digest) {
        (**self).content(digest);
    }
}

impl<T: Content> Content for Option<T> {
    fn content(&self, digest: &mut Digest) {
        digest.number(i64::from(self.is_some()));
        if let Some(value) = self {
            value.content(digest);
        }
    }
}

/// In any order: few statements say one.
impl<T: Content> Content for [T] {
    fn content(&self, digest: &mut Digest) {
        digest.number(self.len().cast_signed() as i64);
        let sum = self.iter().fold(0_u64, |sum, item| sum.wrapping_add(item.digest()));
        digest.number(sum.cast_signed());
    }
}

impl<T: Content> Content for Vec<T> {
    fn content(&self, digest: &mut Digest) {
        self.as_slice().content(digest);
    }
}

/// Rows whose order counts.
#[derive(Debug)]
pub struct Ordered<T>(pub Vec<T>);

impl<T: Content> Content for Ordered<T> {
    fn content(&self, digest: &mut Digest) {
        digest.number(self.0.len().cast_signed() as i64);
        self.0.iter().for_each(|item| item.content(digest));
    }
}

impl Content for () {
    fn content(&self, _: &mut Digest) {}
}

macro_rules! tuples {
    ($(($($name:ident . $index:tt),+))+) => {$(
        impl<$($name: Content),+> Content for ($($name,)+) {
            fn content(&self, digest: &mut Digest) {
                $(self.$index.content(digest);)+
            }
        }
    )+};
}

tuples! {
    (A.0, B.1)
    (A.0, B.1, C.2)
}

/// Implements [`Content`] for a struct, by its fields in the order given, which is that of the columns. Rows of another
/// table, named after a semicolon by an expression that gives some of them if they are loaded, come last.
#[macro_export]
macro_rules! content {
    ($name:ty: $($field:ident),+ $(; |$row:ident| $loaded:expr)?) => {
        impl $crate::Content for $name {
            fn content(&self, digest: &mut $crate::Digest) {
                $($crate::Content::content(&self.$field, digest);)+
                $(
                    let $row = self;
                    if let Some(rows) = $loaded {
                        $crate::Content::content(rows, digest);
                    }
                )?
            }
        }
    };
}
