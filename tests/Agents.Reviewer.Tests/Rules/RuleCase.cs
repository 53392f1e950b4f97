namespace Agents.Reviewer.Tests.Rules;

/// <summary>A snippet that a rule must object to, or must leave alone.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="IsBad">Whether the rule must object.</param>
/// <param name="Code">The snippet.</param>
/// <param name="Path">The file it pretends to be.</param>
public sealed record RuleCase(string Rule, bool IsBad, string Code, string Path)
{
    /// <summary>Collects the cases of one language.</summary>
    internal sealed class Table(string path)
    {
        private readonly List<RuleCase> _cases = [];

        public IReadOnlyList<RuleCase> Cases => _cases;

        public Table Bad(string rule, params string[] snippets) => Add(rule, true, snippets);

        public Table Good(string rule, params string[] snippets) => Add(rule, false, snippets);

        private Table Add(string rule, bool isBad, string[] snippets)
        {
            _cases.AddRange(snippets.Select(s => new RuleCase(rule, isBad, s, path)));
            return this;
        }
    }
}
