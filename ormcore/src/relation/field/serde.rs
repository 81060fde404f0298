//! Serialization writes what is loaded, and `null` for what is not; what is read is loaded, but for `null`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::Model;
use crate::relation::field::{BelongsTo, HasMany, HasOne};

impl<T: Serialize> Serialize for HasMany<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.loaded().serialize(serializer)
    }
}

impl<T: Serialize> Serialize for HasOne<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.loaded().flatten().serialize(serializer)
    }
}

impl<T: Serialize + 'static> Serialize for BelongsTo<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.loaded().flatten().serialize(serializer)
    }
}

impl<'de, T: Model + Deserialize<'de>> Deserialize<'de> for HasMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut field = HasMany::default();
        if let Some(rows) = Option::deserialize(deserializer)? {
            field.set_loaded(rows);
        }
        Ok(field)
    }
}

impl<'de, T: Model + Deserialize<'de>> Deserialize<'de> for HasOne<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut field = HasOne::default();
        if let Some(row) = Option::deserialize(deserializer)? {
            field.set_loaded(Some(row));
        }
        Ok(field)
    }
}

impl<'de, T: Model + Deserialize<'de>> Deserialize<'de> for BelongsTo<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut field = BelongsTo::default();
        if let Some(row) = Option::<T>::deserialize(deserializer)? {
            field.set_loaded(row);
        }
        Ok(field)
    }
}
