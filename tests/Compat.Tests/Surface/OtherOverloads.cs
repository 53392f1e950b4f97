using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Compat.Tests.Surface;

/// <summary>
/// The official extension methods that a stand-in lacks, as declarations: beside the stand-ins they take part in the choice of
/// an overload as they would in the official assembly. A documentation id tells parameters, and neither defaults nor results.
/// </summary>
internal static partial class OtherOverloads
{
    /// <summary>Declarations of all extension methods of the names given that are official and not among those known.</summary>
    /// <param name="official">Documentation ids.</param>
    /// <param name="known">What the stand-ins have, types without their arity.</param>
    /// <param name="names">Names of methods.</param>
    /// <param name="count">How many there are.</param>
    public static string Declare(IEnumerable<string> official, IReadOnlySet<string> known, IReadOnlySet<string> names, out int count)
    {
        var text = new StringBuilder();
        var types = new SortedSet<string>(StringComparer.Ordinal);
        count = 0;
        foreach (var method in official.Where(id => !known.Contains(id)).Select(id => Method().Match(id)).Where(match => match.Success && names.Contains(match.Groups["name"].Value)))
        {
            var parameters = Split(method.Groups["parameters"].Value);
            types.UnionWith(TypeName().Matches(method.Groups["parameters"].Value).Select(type => type.Value).Where(type => !known.Contains("T:" + type)));
            var arity = method.Groups["arity"].Success ? int.Parse(method.Groups["arity"].Value, CultureInfo.InvariantCulture) : 0;
            var arguments = arity == 0 ? "" : $"<{string.Join(", ", Enumerable.Range(0, arity).Select(i => "T" + i))}>";
            var constraints = string.Concat(Enumerable.Range(0, arity).Select(i => $" where T{i} : Aspire.Hosting.ApplicationModel.IResource"));
            text.Append(CultureInfo.InvariantCulture, $"namespace {method.Groups["space"].Value} {{ public static class Other{count++} {{ public static dynamic {method.Groups["name"].Value}{arguments}(this ")
                .AppendJoin(", ", parameters.Select((type, i) => $"{CSharp(type)} p{i}")).Append(')').Append(constraints).AppendLine(" => throw null!; } }");
        }

        foreach (var type in types)
        {
            // What it derives from is not told; a resource fits wherever a resource is wanted.
            var dot = type.LastIndexOf('.');
            text.AppendLine(CultureInfo.InvariantCulture, $"namespace {type[..dot]} {{ public class {type[(dot + 1)..]}() : Aspire.Hosting.ApplicationModel.Resource(\"\") {{ }} }}");
        }

        return text.ToString();
    }

    private static string CSharp(string type) => TypeParameter().Replace(type.Replace("@", "", StringComparison.Ordinal), "T${number}").Replace('{', '<').Replace('}', '>');

    private static List<string> Split(string parameters)
    {
        var (parts, depth, start) = (new List<string>(), 0, 0);
        for (var i = 0; i < parameters.Length; i++)
        {
            depth += parameters[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (parameters[i] == ',' && depth == 0)
            {
                parts.Add(parameters[start..i]);
                start = i + 1;
            }
        }

        return [.. parts, parameters[start..]];
    }

    [GeneratedRegex(@"^M:(?<space>[\w.]+)\.\w+Extensions\.(?<name>\w+)(``(?<arity>\d+))?\((?<parameters>.+)\)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Method();

    [GeneratedRegex(@"[A-Z]\w*(\.[A-Z]\w*)+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TypeName();

    [GeneratedRegex(@"``(?<number>\d+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TypeParameter();
}
