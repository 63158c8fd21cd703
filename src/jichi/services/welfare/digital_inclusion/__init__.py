"""スマホ教室・よろず相談: classes in series and help desks for those to whom telephones and the net are new."""
