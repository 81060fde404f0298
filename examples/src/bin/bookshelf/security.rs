//! Passwords, tokens, and the key that signs forms.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use blake2::digest::{KeyInit, Mac};
use blake2::{Blake2s256, Blake2sMac256, Digest};
use ormcore::prelude::*;
use tokio::sync::OwnedSemaphorePermit;

use crate::models::{Setting, User};

/// A hash of `not a password`: compared with where there is no such user, so that it takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Ym9va3NoZWxmIHNhbHQ$9vUFGPM0LHThcFi/7tKhZeOYTTkPcTe6J8uC9y0JF5g";

/// What argon2 makes of a password; it takes a while, on purpose.
pub(crate) fn hash(password: &str) -> ormcore::Result<Secret<String>> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(Error::other)?;
    Ok(Secret::new(hash.to_string()))
}

/// Whether it is the password of this user; where there is none it is not, and that takes as long.
pub(crate) fn is_password_of(user: Option<&User>, password: &str) -> bool {
    let hash = user.map_or(NOBODY, |user| user.password.expose());
    let matches =
        PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
    matches && user.is_some()
}

/// The turn of a request to hash a password. It ends with the hash: who then waits to write, waits without it.
pub(crate) struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Turn {
    pub(crate) fn new(permit: OwnedSemaphorePermit) -> Self {
        Turn { _permit: permit }
    }

    /// As [`hash`].
    pub(crate) fn hash(self, password: &str) -> ormcore::Result<Secret<String>> {
        hash(password)
    }

    /// As [`is_password_of`].
    pub(crate) fn check(self, user: Option<&User>, password: &str) -> bool {
        is_password_of(user, password)
    }
}

/// 32 random bytes, as text.
pub(crate) fn token() -> ormcore::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(Error::other)?;
    Ok(hex(&bytes))
}

/// What the database keeps of a token.
pub(crate) fn digest(token: &str) -> String {
    hex(&Blake2s256::digest(token))
}

/// Signs forms: a form is taken from a browser only if it holds the signature of that browser's cookie, which no other
/// site can know.
#[derive(Clone)]
pub(crate) struct Key(Secret<String>);

impl Key {
    /// The key of this database, made at its first start: all processes that share the database share the key.
    pub(crate) fn of(db: &Database) -> ormcore::Result<Self> {
        const NAME: &str = "form key";
        Setting::new(NAME, token()?).on_conflict(Setting::NAME).do_nothing().insert(db)?;
        Ok(Key(Setting::find(NAME, db)?.value))
    }

    pub(crate) fn sign(&self, visitor: &str) -> ormcore::Result<String> {
        Ok(hex(&self.of_visitor(visitor)?.finalize().into_bytes()))
    }

    pub(crate) fn is_signature(&self, signature: &str, visitor: &str) -> bool {
        let signed = self.of_visitor(visitor).ok().zip(bytes(signature));
        // It takes the same time whichever byte differs.
        signed.is_some_and(|(mac, signature)| mac.verify_slice(&signature).is_ok())
    }

    fn of_visitor(&self, visitor: &str) -> ormcore::Result<Blake2sMac256> {
        let key = bytes(self.0.expose()).ok_or_else(|| Error::other("the key of the forms is no hexadecimal text"))?;
        Ok(Blake2sMac256::new_from_slice(&key).map_err(Error::other)?.chain_update(visitor))
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn bytes(hex: &str) -> Option<Vec<u8>> {
    if !hex.is_ascii() || !hex.len().is_multiple_of(2) {
        return None;
    }
    (0..hex.len()).step_by(2).map(|place| u8::from_str_radix(&hex[place..place + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::{NOBODY, PasswordHash, bytes, hash, hex, is_password_of, token};
    use crate::models::User;
    use ormcore::prelude::*;

    #[test]
    fn nobody_has_a_hash_that_takes_as_long_as_any() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let somebody = hash("long enough").unwrap();
        let somebody = PasswordHash::new(somebody.expose()).unwrap();
        assert_eq!((nobody.algorithm, nobody.version), (somebody.algorithm, somebody.version));
        assert_eq!(nobody.params, somebody.params);
        assert!(!is_password_of(None, "not a password"));
    }

    #[test]
    fn a_password_is_its_own_and_no_other() -> ormcore::Result<()> {
        let db = Database::connect("sqlite::memory:")?;
        db.create_tables::<User>()?;
        let user = User::new("ann", "ann@example.com", hash("long enough")?).insert(&db)?;
        assert!(is_password_of(Some(&user), "long enough") && !is_password_of(Some(&user), "long enougH"));
        assert_ne!(hash("long enough")?, hash("long enough")?, "each has a salt of its own");
        Ok(())
    }

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let (one, other) = (token().unwrap(), token().unwrap());
        assert!(one != other && one.len() == 64);
        assert_eq!(bytes(&one).map(|bytes| hex(&bytes)), Some(one));
        assert!(bytes("0").is_none() && bytes("0g").is_none() && bytes("éé").is_none());
    }
}
