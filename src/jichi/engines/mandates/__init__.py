"""口座振替の契約: whose dues of which kind a bank takes from which account, since when and until when."""
