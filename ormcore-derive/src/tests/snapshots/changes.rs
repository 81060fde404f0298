const _: () = {
    use ::ormcore::__private as __ormcore;
    #[automatically_derived]
    impl<'b> __ormcore::Changes for Body<'b> {
        type Of = User;
        fn give(self, set: &mut dyn __ormcore::FnMut(usize, &mut dyn __ormcore::Field)) {
            __ormcore::Changed::<
                User,
                _,
            >::change_unless_none(<User>::NAME, self.name, set);
            __ormcore::change_present::<User, _, _>(<User>::BIO, self.bio, set);
            __ormcore::change_present::<
                User,
                _,
                _,
            >(User::HOME.col(Address::CITY), self.city, set);
        }
    }
    #[automatically_derived]
    impl<'b, __Scope> __ormcore::Assignments<User, __Scope, __ormcore::ByChanges>
    for Body<'b> {
        fn into_assignments(self) -> __ormcore::Vec<__ormcore::Assignment<User>> {
            __ormcore::assignments_of(self)
        }
    }
    const _: () = <User>::NAME.is_changeable();
    const _: () = <User>::BIO.is_changeable();
    const _: () = User::HOME.col(Address::CITY).is_changeable();
};
