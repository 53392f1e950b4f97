using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Text with holes that are filled when the application runs.</summary>
public class ReferenceExpression : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    private readonly string[] _expressions;
    private readonly IValueProvider[] _providers;

    private ReferenceExpression(string format, IValueProvider[] providers, string[] expressions)
    {
        Format = format;
        _providers = providers;
        _expressions = expressions;
    }

    /// <summary>The text, with <c>{0}</c>, <c>{1}</c>, … for the holes.</summary>
    public string Format { get; }

    /// <summary>What fills the holes, in order.</summary>
    public IReadOnlyList<IValueProvider> ValueProviders => _providers;

    /// <summary>What a manifest writes into the holes, in order.</summary>
    public IReadOnlyList<string> ManifestExpressions => _expressions;

    /// <inheritdoc />
    public string ValueExpression => string.Format(null, Format, [.. _expressions]);

    IEnumerable<object> IValueWithReferences.References => _providers;

    /// <summary>Makes an expression of an interpolated string.</summary>
    /// <param name="handler">The string.</param>
    /// <returns>The expression.</returns>
    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.Build();

    /// <inheritdoc />
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        var values = new object?[_providers.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = await _providers[i].GetValueAsync(cancellationToken);
        return string.Format(null, Format, values);
    }

    /// <summary>Takes an interpolated string apart.</summary>
    [InterpolatedStringHandler]
    public ref struct ExpressionInterpolatedStringHandler
    {
        private readonly StringBuilder _format;
        private readonly List<IValueProvider> _providers;
        private readonly List<string> _expressions;

        /// <summary>Called by the compiler.</summary>
        /// <param name="literalLength">Length of the fixed text.</param>
        /// <param name="formattedCount">Number of holes.</param>
        public ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
        {
            _format = new StringBuilder(literalLength + (formattedCount * 4));
            _providers = new List<IValueProvider>(formattedCount);
            _expressions = new List<string>(formattedCount);
        }

        /// <summary>Adds fixed text.</summary>
        /// <param name="value">The text.</param>
        public readonly void AppendLiteral(string value) =>
            _format.Append(value.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));

        /// <summary>Adds a value that is known already.</summary>
        /// <param name="value">The text; null adds nothing.</param>
        public readonly void AppendFormatted(string? value)
        {
            if (value is not null)
                AppendLiteral(value);
        }

        /// <summary>Adds a hole.</summary>
        /// <typeparam name="T">The type of what fills it.</typeparam>
        /// <param name="valueProvider">What fills it.</param>
        public readonly void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider
        {
            _format.Append('{').Append(_providers.Count).Append('}');
            _providers.Add(valueProvider);
            _expressions.Add(valueProvider.ValueExpression);
        }

        /// <summary>Adds a hole that a resource fills.</summary>
        /// <typeparam name="T">The resource's type.</typeparam>
        /// <param name="valueProvider">The resource's builder.</param>
        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider => AppendFormatted(valueProvider.Resource);

        internal readonly ReferenceExpression Build() => new(_format.ToString(), [.. _providers], [.. _expressions]);
    }
}
