using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.Dashboard;

/// <summary>A piece of HTML. What is put into one is encoded, unless it is one itself.</summary>
internal readonly record struct Html(string Text)
{
    public static readonly Html Empty = new("");

    public static Html Of(Builder builder) => new(builder.ToString());

    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.Text)));

    public override string ToString() => Text;

    /// <summary>Takes an interpolated string: the literal parts as they are, the rest encoded.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Builder
    {
        private readonly StringBuilder _text;

        public Builder(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + (formattedCount * 16));

        public void AppendLiteral(string value) => _text.Append(value);

        public void AppendFormatted(Html value) => _text.Append(value.Text);

        public void AppendFormatted(IEnumerable<Html> values)
        {
            foreach (var value in values)
                _text.Append(value.Text);
        }

        public void AppendFormatted(string? value) => _text.Append(WebUtility.HtmlEncode(value));

        public void AppendFormatted<T>(T value, string? format = null)
            where T : IFormattable => _text.Append(WebUtility.HtmlEncode(value.ToString(format, System.Globalization.CultureInfo.InvariantCulture)));

        public override string ToString() => _text.ToString();
    }
}
