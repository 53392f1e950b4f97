using Protos.V1;

namespace Orchestrator.Tests.Planning;

/// <summary>A <c>discuss</c> task in a playbook.</summary>
public class PlaybookDiscussionTests
{
    [Fact]
    public void Parse_AllFields_AreRead()
    {
        var playbook = PlaybookFiles.Good(Text("""
            {question: "Which for ${request}?", rounds: 3, decide: criteria, criteria: [{name: security, weight: 3}], options: [a, b],
             moderator: {role: planner}, arbiter: {name: judge, role: architect, task: judge},
             participants: [{name: x, role: one, stance: fast}, {name: y, role: two, task: argue}]}
            """), "talk");

        var terms = playbook.Draft.Tasks[0].Discuss;
        (terms.Rounds, terms.Decide, terms.Moderator.Role, terms.Arbiter.TaskType).ShouldBe((3, "criteria", "planner", "judge"));
        terms.Criteria.ShouldBe([new Criterion { Name = "security", Weight = 3 }]);
        terms.Participants[1].ShouldBe(new Participant { Name = "y", Role = "two", TaskType = "argue" });
        playbook.Roles.ShouldBe(["architect", "one", "planner", "two"]);
    }

    [Theory]
    [InlineData("{question: q, participants: [{name: x, role: r}]}", "participants: 1 are not in 2 to 20")]
    [InlineData("{question: q, participants: x}", "it must be a list of mappings")]
    [InlineData("{question: q, decide: dice, participants: [{name: x, role: r}, {name: y, role: r}]}", "decide")]
    [InlineData("{question: q, decide: arbiter, participants: [{name: x, role: r}, {name: y, role: r}]}", "arbiter: is missing")]
    [InlineData("{question: q, participants: [{name: x, role: r}, {name: y, roll: r}]}", "'tasks.talk.discuss.participants[1].roll' is not known")]
    [InlineData("{question: \"${other.x}\", participants: [{name: x, role: r}, {name: y, role: r}]}", "${other…} is not in needs")]
    public void Parse_BadDiscussion_NamesFieldAndRule(string discuss, string expected) =>
        PlaybookFiles.Parse(Text(discuss), "talk").Errors.Select(error => error.ToString()).ShouldContain(error => error.Contains(expected, StringComparison.Ordinal));

    private static string Text(string discuss) => $$"""
        name: talk
        title: Talk
        description: Talks.
        tasks:
          talk:
            discuss: {{discuss.ReplaceLineEndings(" ")}}
        """;
}
