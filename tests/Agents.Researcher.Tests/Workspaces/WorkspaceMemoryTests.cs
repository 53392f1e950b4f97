using Agents.Workspaces;

namespace Agents.Researcher.Tests.Workspaces;

/// <summary>Measures the whole process: no other test runs beside it.</summary>
[CollectionDefinition(nameof(WorkspaceMemoryTests), DisableParallelization = true)]
[Collection(nameof(WorkspaceMemoryTests))]
public sealed class WorkspaceMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_FiftyThousand_StayInBoundedMemory()
    {
        for (var folder = 0; folder < 500; folder++)
        {
            Directory.CreateDirectory(_folder.Combine($"d{folder}"));
            for (var file = 0; file < 100; file++)
                File.WriteAllText(_folder.Combine($"d{folder}/f{file}.cs"), "class A;\n");
        }

        var workspace = _folder.Open();
        long highest = 0;
        var count = 0;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var _ in workspace.Files())
        {
            if (++count % 10_000 == 0)
                highest = Math.Max(highest, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        count.ShouldBe(50_000);
        highest.ShouldBeLessThan(4 * 1024 * 1024);
    }
}
