using System.Globalization;

namespace Aspire.Hosting.Kubernetes.Resources;

/// <summary>A number, or text such as a template that becomes one.</summary>
/// <param name="Number">The number; null where it is text.</param>
/// <param name="Text">The text; null where it is a number.</param>
public sealed record Int32OrStringV1(int? Number = null, string? Text = null)
{
    public string? Value => Number is { } number ? number.ToString(CultureInfo.InvariantCulture) : Text;

    public override string? ToString() => Value;

    public static implicit operator Int32OrStringV1(int value) => new(value);

    public static implicit operator Int32OrStringV1?(string? value) => value switch
    {
        null => null,
        _ when int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => new(number),
        _ => new(null, value),
    };
}
