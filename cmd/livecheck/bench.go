package main

type benchCmd struct{}

func (*benchCmd) Run() error { return nil }

type floorCmd struct{}

func (*floorCmd) Run() error { return nil }

type crowdCmd struct{}

func (*crowdCmd) Run() error { return nil }
