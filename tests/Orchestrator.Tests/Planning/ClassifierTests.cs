using Orchestrator.Planning;

namespace Orchestrator.Tests.Planning;

public sealed class ClassifierTests
{
    private static readonly PlaybookCatalog s_catalog = PlaybookCatalog.Load(PlaybookFiles.Shipped);
    private static readonly WorkspaceSurvey s_source = new(1203, 40, 0, 1300, true);
    private static readonly WorkspaceSurvey s_documents = new(0, 220, 0, 230, true);
    private static readonly WorkspaceSurvey s_tables = new(0, 1, 3, 4, true);

    [Theory]
    [InlineData("Audit this repository for security and performance problems", "code-audit")]
    [InlineData("Find vulnerabilities", "code-audit")]
    [InlineData("Please do a code review of the payment module.", "code-audit")]
    [InlineData("What is the notice period in the supplier agreement?", "answer")]
    [InlineData("Where is the configuration read?", "answer")]
    [InlineData("which ports does the gateway listen on", "answer")]
    [InlineData("How does login work? I need to know for the audit.", "answer")]
    [InlineData("What are the security weaknesses and performance hot spots here?", "code-audit")]
    public void Choose_OverSource_FindsThePlaybook(string request, string expected) =>
        Classifier.Choose(request, s_catalog.Playbooks, s_source)!.Playbook.Name.ShouldBe(expected);

    [Theory]
    [InlineData("Write a research report on heat pumps", "research-report")]
    [InlineData("Compare the three standards and summarise the evidence", "research-report")]
    [InlineData("What do the studies say about sleep? Write a report with citations.", "research-report")]
    [InlineData("What is the security deposit?", "answer")]
    [InlineData("Who signed the contract?", "answer")]
    public void Choose_OverDocuments_FindsThePlaybook(string request, string expected) =>
        Classifier.Choose(request, s_catalog.Playbooks, s_documents)!.Playbook.Name.ShouldBe(expected);

    [Theory]
    [InlineData("Analyse this data set: outliers, correlations and trends")]
    [InlineData("Analyze the data")]
    [InlineData("Profile these CSV files and write a report")]
    [InlineData("What are the trends and outliers in these tables?")]
    public void Choose_OverTables_FindsDataAnalysis(string request) =>
        Classifier.Choose(request, s_catalog.Playbooks, s_tables)!.Playbook.Name.ShouldBe("data-analysis");

    [Theory]
    [InlineData("Make me a sandwich")]
    [InlineData("hello")]
    [InlineData("!!!")]
    [InlineData("File the security deposit")]
    public void Choose_NothingFits_GivesNothing(string request) =>
        Classifier.Choose(request, s_catalog.Playbooks, s_documents).ShouldBeNull();

    [Fact]
    public void Choose_Reason_SaysWhatCounted() =>
        Classifier.Choose("Audit this repository for security problems", s_catalog.Playbooks, s_source)!
            .Reason.ShouldBe("code-audit: matched 'audit', 'security'; 1,203 source files and 40 documents");

    [Theory]
    [InlineData("audits", "audit")]
    [InlineData("auditing", "audit")]
    [InlineData("vulnerabilities", "vulnerability")]
    [InlineData("Leaks", "leak")]
    [InlineData("compared", "compare")]
    [InlineData("comparing", "compare")]
    [InlineData("process", "process")]
    public void Words_Endings_AreCut(string one, string other) => Classifier.Words(one).ShouldBe(Classifier.Words(other));

    [Fact]
    public void Survey_LooksAtNames()
    {
        using var folder = new TemporaryFolder();
        folder.Write("src/a.cs");
        folder.Write("src/b.PY");
        folder.Write("README.md");
        folder.Write("node_modules/x.js");
        folder.Write(".git/y.c");
        folder.Write("data.bin");
        var survey = WorkspaceSurvey.Of(folder.Path);
        survey.ShouldBe(new WorkspaceSurvey(2, 1, 0, 4, true));
        survey.Describe().ShouldBe("2 source files and 1 document");
    }

    [Fact]
    public void Survey_LinkInACircle_Ends()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.md");
        Directory.CreateSymbolicLink(Path.Combine(folder.Folder("inner"), "up"), folder.Path);
        WorkspaceSurvey.Of(folder.Path).Documents.ShouldBe(1);
    }
}
