using Orchestrator.Planning.Yaml;
using Orchestrator.Runs;
using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>Reads how agents discuss a task, or a finding that one of them contests.</summary>
internal static class PlaybookDiscussionParser
{
    public static Discussion? Read(YamlFields? fields)
    {
        if (fields is null)
            return null;
        var discussion = new Discussion
        {
            Question = fields.Text("question", 10_000, required: true),
            Rounds = fields.Integer("rounds", 1, 20) ?? 0,
            Decide = fields.OneOf("decide", [.. DiscussionRules.All]),
            Moderator = Participant(fields.Fields("moderator"), named: false),
            Arbiter = Participant(fields.Fields("arbiter"), named: false),
            Options = { fields.Texts("options", 50, 1000) },
        };
        discussion.Participants.Add(fields.Maps("participants").Select(each => Participant(each, named: true)!));
        discussion.Criteria.Add(Criteria(fields));
        fields.Done();
        return discussion;
    }

    public static DisputeTerms? ReadDisputes(YamlFields? fields)
    {
        if (fields is null)
            return null;
        var disputes = new DisputeTerms
        {
            Decide = fields.OneOf("decide", DiscussionRules.Precedence, DiscussionRules.ByCriteria, DiscussionRules.Consensus, DiscussionRules.ByArbiter),
            Rounds = fields.Integer("rounds", 0, 20) ?? 0,
            Criteria = { Criteria(fields) },
            Arbiter = Participant(fields.Fields("arbiter"), named: false),
        };
        fields.Done();
        return disputes;
    }

    private static IEnumerable<Criterion> Criteria(YamlFields fields)
    {
        foreach (var each in fields.Maps("criteria"))
        {
            yield return new Criterion { Name = each.Text("name", 100, required: true), Weight = each.Number("weight", 0.001, 1000) ?? 1 };
            each.Done();
        }
    }

    private static Participant? Participant(YamlFields? fields, bool named)
    {
        if (fields is null)
            return null;
        var participant = new Participant
        {
            Name = fields.Text("name", 50, required: named),
            Role = fields.Text("role", 100, required: true),
            TaskType = fields.Text("task", 100),
            Stance = fields.Text("stance", 2000),
        };
        fields.Done();
        return participant;
    }
}
