using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Hyperplane.Controller.Identity;

/// <summary>Who a node is: its cell and its name in it, as a certificate's URI says.</summary>
/// <remarks><c>hyperplane://cells/CELL/nodes/NODE</c>, the one subject alternative name (RFC 5280 4.2.1.6).</remarks>
internal readonly record struct NodeName(string Cell, string Node)
{
    private const string Prefix = "hyperplane://cells/";
    private const string Middle = "/nodes/";
    private const string SubjectAlternativeName = "2.5.29.17";
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    /// <summary>The name in a certificate; null when it names no node.</summary>
    public static NodeName? Of(X509Certificate2 certificate)
    {
        X509Extension? names =
            certificate.Extensions.FirstOrDefault(one => one.Oid?.Value == SubjectAlternativeName);
        if (names is null)
            return null;
        try
        {
            AsnReader list = new AsnReader(names.RawData, AsnEncodingRules.DER).ReadSequence();
            if (!list.HasData || list.PeekTag() != UriTag)
                return null;
            string uri = list.ReadCharacterString(UniversalTagNumber.IA5String, UriTag);
            return list.HasData ? null : Read(uri);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>For a certificate.</summary>
    public string Uri => $"{Prefix}{Cell}{Middle}{Node}";

    /// <inheritdoc/>
    public override string ToString() => $"{Cell}/{Node}";

    private static NodeName? Read(string uri)
    {
        if (!uri.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        string[] parts = uri[Prefix.Length..].Split(Middle);
        return parts.Length == 2 && parts.All(part => part.Length > 0) ? new NodeName(parts[0], parts[1]) : null;
    }
}
