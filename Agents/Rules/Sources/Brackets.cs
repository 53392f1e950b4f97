namespace Agents.Rules.Sources;

/// <summary>Which bracket closes which.</summary>
internal sealed class Brackets
{
    private readonly Dictionary<int, int> _partners = [];

    public Brackets(string code)
    {
        var open = new Stack<int>();
        for (var i = 0; i < code.Length; i++)
        {
            switch (code[i])
            {
                case '(' or '[' or '{':
                    open.Push(i);
                    break;
                case ')' or ']' or '}':
                    if (open.Count > 0 && Fits(code[open.Peek()], code[i]))
                    {
                        var start = open.Pop();
                        _partners[start] = i;
                        _partners[i] = start;
                    }

                    break;
            }
        }
    }

    /// <summary>The position of the other bracket, or -1.</summary>
    public int Partner(int position) => _partners.GetValueOrDefault(position, -1);

    private static bool Fits(char open, char close) => (open, close) is ('(', ')') or ('[', ']') or ('{', '}');
}
