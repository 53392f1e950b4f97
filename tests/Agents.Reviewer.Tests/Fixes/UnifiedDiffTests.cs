using Agents.Rules.Patches;

namespace Agents.Reviewer.Tests.Fixes;

public sealed class UnifiedDiffTests
{
    [Theory]
    [InlineData("a\nb\nc\n", "a\nB\nc\n")]
    [InlineData("a\r\nb\r\n", "a\r\nb\r\nc\r\n")]
    [InlineData("a\nb", "a\nb\n")]
    [InlineData("a\nb\n", "a\nb")]
    [InlineData("a\n", "")]
    [InlineData(null, "-- not a head\n++ nor this\n")]
    [InlineData("-- a\n++ b\n", "x\n")]
    public void Diff_Applied_GivesTheNewText(string? before, string after) => Check(before, after);

    [Fact]
    public void Diff_OfManyEdits_Applies()
    {
        var random = new Random(7);
        for (var i = 0; i < 50; i++)
        {
            var lines = Enumerable.Range(0, 60).Select(n => $"line {n}\n").ToList();
            var before = string.Concat(lines);
            for (var edits = random.Next(1, 8); edits > 0; edits--)
            {
                var at = random.Next(lines.Count);
                if (random.Next(2) == 0)
                    lines.RemoveAt(at);
                else
                    lines.Insert(at, $"new {edits}\n");
            }

            Check(before, string.Concat(lines));
        }
    }

    [Fact]
    public void Diff_OfTheSame_IsEmpty() => UnifiedDiff.Of("a", "x\n", "x\n").ShouldBe(("", 0, 0));

    private static void Check(string? before, string after)
    {
        var diff = UnifiedDiff.Of("src/a b.txt", before, after).Diff + UnifiedDiff.Of("z.txt", "1\n", "2\n").Diff;

        var patches = PatchSet.Split(diff);

        patches.Select(patch => patch.Path).ShouldBe(["src/a b.txt", "z.txt"]);
        patches[0].Creates.ShouldBe(before is null);
        PatchSet.TryApply(patches[0], before, out var result, out var reason).ShouldBeTrue(reason + "\n" + diff);
        result.ShouldBe(after);
    }
}
