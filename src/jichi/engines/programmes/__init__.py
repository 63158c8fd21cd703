"""What divisions publish and people enter (催し・教室): draft to publication, notices, telephone, the draw's page."""
