using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Planning.Yaml;
using Protos.V1;

namespace Orchestrator.Planning;

/// <summary>Reads a playbook file. All its errors are found at once, each with its place.</summary>
internal sealed partial class PlaybookParser
{
    private readonly string _file;
    private readonly string _text;
    private readonly List<PlaybookError> _errors = [];

    private PlaybookParser(string file, string text) => (_file, _text) = (file, text);

    /// <summary>Reads a playbook.</summary>
    /// <param name="file">As it is to be shown in errors; its name without ending is the playbook's name.</param>
    /// <returns>The playbook, or null and at least one error.</returns>
    public static (Playbook? Playbook, IReadOnlyList<PlaybookError> Errors) Parse(string file, string text)
    {
        var parser = new PlaybookParser(file, text);
        Playbook? playbook = null;
        try
        {
            playbook = parser.Document(YamlReader.Read(text));
        }
        catch (YamlSyntaxException failure)
        {
            parser._errors.Add(new PlaybookError(file, failure.Line, failure.Column, failure.Message));
        }

        return parser._errors.Count == 0
            ? (playbook, [])
            : (null, [.. parser._errors.OrderBy(error => error.Line).ThenBy(error => error.Column)]);
    }

    /// <summary>The name that a text gives itself; <c>playbook</c> when it gives none that a file could have.</summary>
    public static string NameIn(string text)
    {
        try
        {
            return YamlReader.Read(text) is YamlMap map && map["name"] is YamlScalar { Text.Length: <= 100 } name && NamePattern().IsMatch(name.Text) ? name.Text : "playbook";
        }
        catch (YamlSyntaxException)
        {
            return "playbook";
        }
    }

    private Playbook? Document(YamlNode root)
    {
        if (root is not YamlMap map)
        {
            Wrong(root, $"a playbook is a mapping, this is {root.Kind}");
            return null;
        }

        var fields = new YamlFields(map, "", Wrong);
        var name = Name(fields);
        var title = fields.Text("title", 200, required: true);
        var description = fields.Text("description", 2000, required: true);
        var match = Match(fields);
        var workspace = fields.OneOf("workspace", "required", "optional", "none");
        var planner = fields.Flag("planner");
        var inputs = new PlaybookInputsParser(Wrong).Parse(fields);
        var plans = new PlaybookPlanParser(Wrong);
        var plan = plans.Parse(fields, inputs.Names);
        fields.Done();
        plan.Playbook = name;
        return new Playbook
        {
            Name = name,
            Title = title,
            Description = description,
            Match = match,
            Workspace = workspace switch
            {
                "required" => WorkspaceNeed.Required,
                "none" => WorkspaceNeed.None,
                _ => WorkspaceNeed.Optional,
            },
            Planner = planner,
            InputSchema = inputs.Schema,
            InputNames = [.. inputs.Names],
            Draft = plan,
            File = _file,
            Text = _text,
            Uses = plans.Uses(plan),
        };
    }

    private string Name(YamlFields fields)
    {
        var name = fields.Text("name", 100, required: true);
        if (name.Length == 0)
            return name;
        var node = fields.Node("name")!;
        var expected = Path.GetFileNameWithoutExtension(_file);
        if (!NamePattern().IsMatch(name))
            Wrong(node, $"name is '{name}'; it must be lower-case letters, digits and '-', beginning with a letter");
        else if (name != expected)
            Wrong(node, $"name is '{name}'; it must be the file's name, '{expected}'");
        return name;
    }

    private PlaybookMatch Match(YamlFields fields)
    {
        if (fields.Fields("match") is not { } match)
            return new PlaybookMatch([], [], null, false);
        var result = new PlaybookMatch(
            match.Texts("keywords", 200, 50),
            match.Texts("phrases", 200, 200),
            match.OneOf("workspace", "source", "documents", "data") switch
            {
                "source" => WorkspaceContent.Source,
                "documents" => WorkspaceContent.Documents,
                "data" => WorkspaceContent.Data,
                _ => null,
            },
            match.Flag("questions"));
        foreach (var keyword in result.Keywords.Where(keyword => Classifier.Words(keyword).Count != 1))
            Wrong(match.Node("keywords")!, $"match.keywords: '{keyword}' is not one word; several words belong in match.phrases");
        match.Done();
        return result;
    }

    private void Wrong(YamlNode at, string reason)
    {
        var error = new PlaybookError(_file, at.Line, at.Column, reason);
        if (!_errors.Contains(error))
            _errors.Add(error);
    }

    [GeneratedRegex("^[a-z][a-z0-9-]*$", RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
