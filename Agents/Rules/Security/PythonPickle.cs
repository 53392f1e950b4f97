using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Pickles from outside.</summary>
internal sealed class PythonPickle() : ScriptRule(new RuleInfo(
    "py-unpickle-untrusted",
    "Pickle read from outside",
    Category.Security,
    Severity.High,
    Languages.Python,
    "A pickle can run any code when it is read, and this one comes over the network or from the user.",
    "json, or a signature checked before reading.",
    "CWE-502"))
{
    private static readonly Regex Load = Pattern.Timed(@"(?<![\w.])(?:c?[pP]ickle|dill|cloudpickle|marshal|shelve|jsonpickle)\.(?:loads?|decode|Unpickler)\s*\(");
    private static readonly Regex Outside = Pattern.Timed(@"\b(?:request|req|recv|sock(?:et)?|body|cookies?|payload|urlopen|response|b64decode|base64|redis|message|msg|headers?)\b", ignoreCase: true);

    public override IReadOnlyList<string> Triggers => ["ickle", "marshal", "dill"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, arguments) in Calls(file, Load).Where(c => c.Arguments.Count > 0))
        {
            var values = Expressions.IsName(file, arguments[0]) ? Assignments.Of(file, Code(file, arguments[0]), start).Select(v => Code(file, v)) : [];
            if (values.Append(Code(file, arguments[0])).Any(v => Outside.IsMatch(v)))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
