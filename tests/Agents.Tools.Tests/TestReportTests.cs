using Agents.Tools.BuiltIn;

namespace Agents.Tools.Tests;

public sealed class TestReportTests
{
    [Theory]
    [InlineData("..F.s\nRan 5 tests in 0.01s\n\nFAILED (failures=1, skipped=1)\n", 3, 1, 1)]
    [InlineData("Ran 2 tests in 0.000s\n\nOK\n", 2, 0, 0)]
    [InlineData("Ran 0 tests in 0.000s\n\nOK\n", 0, 0, 0)]
    [InlineData("# tests 4\n# pass 2\n# fail 1\n# cancelled 0\n# skipped 1\n# todo 0\n", 2, 1, 1)]
    [InlineData("ℹ tests 4\nℹ pass 4\nℹ fail 0\n", 4, 0, 0)]
    [InlineData("==== 1 failed, 12 passed, 2 skipped, 1 warning in 0.53s ====\n", 12, 1, 2)]
    [InlineData("3 passed in 0.01s\n", 3, 0, 0)]
    [InlineData("Tests:       1 failed, 1 skipped, 7 passed, 9 total\n", 7, 1, 1)]
    [InlineData("Passed!  - Failed:     0, Passed:    11, Skipped:     2, Total: 13\nFailed!  - Failed:     1, Passed:     4, Skipped:     0, Total: 5\n", 15, 1, 2)]
    [InlineData("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\ntest result: FAILED. 1 passed; 2 failed; 0 ignored\n", 4, 2, 1)]
    [InlineData("  5 passing (12ms)\n  1 pending\n  2 failing\n", 5, 2, 1)]
    [InlineData("Tests run: 9, Failures: 1, Errors: 1, Skipped: 2\n", 5, 2, 2)]
    [InlineData("--- PASS: TestA (0.00s)\n--- FAIL: TestB (0.00s)\nFAIL\n", 1, 1, 0)]
    [InlineData("ok  \texample.org/a\t0.01s\n", 1, 0, 0)]
    public void Counts_OfKnownPrograms_AreRead(string output, int passed, int failed, int skipped)
    {
        var report = TestReport.Read(output);

        (report.Passed, report.Failed, report.Skipped).ShouldBe((passed, failed, skipped));
    }

    [Fact]
    public void Counts_OfUnknownPrograms_AreNotGuessed() => TestReport.Read("all good, 3 things\n").Passed.ShouldBeNull();

    [Theory]
    [InlineData("TOTAL      100     20    80%\n", 80.0)]
    [InlineData("# all files | 95.50 |    90.00 |   88.00 |\n", 95.5)]
    [InlineData("All files\n", null)]
    [InlineData("ok a 0.1s coverage: 71.4% of statements\n", 71.4)]
    public void Coverage_WhenTold_IsRead(string output, double? coverage) => TestReport.Read(output).Coverage.ShouldBe(coverage);
}
