// One target at a time: the memory of the process is measured.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
