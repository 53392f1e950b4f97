using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Transport;

/// <summary>Whose certificate it is.</summary>
internal static class CertificateNames
{
    private const string AlternativeNames = "2.5.29.17";
    private static readonly Asn1Tag Dns = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag Address = new(TagClass.ContextSpecific, 7);

    /// <summary>The names, URIs and addresses of the subject; where there are none, its common name.</summary>
    public static IReadOnlyList<string> Of(X509Certificate2 certificate)
    {
        List<string> names = [];
        foreach (var extension in certificate.Extensions.Where(extension => extension.Oid?.Value == AlternativeNames))
            Read(extension.RawData, names);
        if (names.Count == 0 && certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } common)
            names.Add(common);
        return names;
    }

    private static void Read(byte[] encoded, List<string> names)
    {
        try
        {
            var sequence = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
            while (sequence.HasData)
            {
                var tag = sequence.PeekTag();
                if (tag.HasSameClassAndValue(Dns) || tag.HasSameClassAndValue(Uri))
                    names.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                else if (tag.HasSameClassAndValue(Address) && sequence.ReadOctetString(tag) is { Length: 4 or 16 } address)
                    names.Add(new IPAddress(address).ToString());
                else if (!tag.HasSameClassAndValue(Address))
                    sequence.ReadEncodedValue();
            }
        }
        catch (AsnContentException)
        {
            // What cannot be read names nobody.
        }
    }
}
