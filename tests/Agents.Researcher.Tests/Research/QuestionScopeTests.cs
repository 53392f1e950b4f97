using Agents.Researcher.Scoping;

namespace Agents.Researcher.Tests.Research;

public sealed class QuestionScopeTests
{
    [Theory]
    [InlineData("How long is a session kept?")]
    [InlineData("What is the difference between sessions and tokens?")]
    [InlineData("Hello")]
    [InlineData("What are the advantages and disadvantages of caching?")]
    public void Split_SimpleQuestion_GivesOne(string question) => QuestionScope.Split(question).Select(q => q.Text).ShouldBe([question]);

    [Fact]
    public void Split_TwoQuestionsInOneSentence_GivesBothAndSaysWhatThatMeans()
    {
        var parts = QuestionScope.Split("How many requests can run in parallel, and how do I raise that limit?");

        parts.Select(q => q.Id).ShouldBe(["q1", "q2"]);
        parts[0].Text.ShouldBe("How many requests can run in parallel?");
        parts[1].Text.ShouldStartWith("How do I raise that limit (about ");
        parts[1].Terms.ShouldContain("requests");
    }

    [Fact]
    public void Split_ListOfQuestions_GivesEachOnce()
    {
        var parts = QuestionScope.Split("Please answer:\n1. Where are logs written?\n2) How do I rotate logs?\n- What does the --quiet flag do?\n- What does the --quiet flag do?");

        parts.Select(q => q.Text).ShouldBe(["Where are logs written?", "How do I rotate logs?", "What does the --quiet flag do?"]);
    }

    [Fact]
    public void Split_SentencesAndRequests_AreApart()
    {
        var parts = QuestionScope.Split("Explain how the cache works. Compare the memory backend with the disk backend; which version introduced compression?");

        parts.Count.ShouldBe(3);
        parts[2].Text.ShouldBe("Which version introduced compression?");
    }

    [Fact]
    public void Split_WithoutSubject_StillGivesOne() => QuestionScope.Split("What is it?").Single().Text.ShouldBe("What is it?");

    [Fact]
    public void Split_VersionNumbers_DoNotEndASentence() =>
        QuestionScope.Split("What changed in 1.2.3 for example.com users?").Count.ShouldBe(1);
}
