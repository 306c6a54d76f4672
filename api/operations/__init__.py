"""Operations: the service's health, and the set-up of the operators' programs."""
