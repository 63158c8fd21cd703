"""組織と権限の管理: divisions, posts, people, planned personnel change, who may and did what, retention."""
