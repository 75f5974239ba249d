using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Identity;
using Hyperplane.Rpc;

namespace Hyperplane.Lab.Control;

/// <summary>Lets simulated agents in: each has a certificate by the region's authority and connections of its
/// own.</summary>
public sealed class AgentDoor : IDisposable
{
    private readonly CertificateAuthority _authority;
    private readonly string[] _urls;
    private readonly List<IDisposable> _kept = [];

    private AgentDoor(CertificateAuthority authority, string[] urls) => (_authority, _urls) = (authority, urls);

    /// <summary>Reads the authority that the first controller made.</summary>
    public static AgentDoor Open(
        PostgresCluster cluster, string connection, ControlFolder folder, int controllers = 1)
    {
        string[] row = cluster.Query(
            connection,
            "select encode(certificate, 'hex'), encode(sealed_key, 'hex') from authorities",
            TimeSpan.FromSeconds(10)).Trim().Split('|');
        return new AgentDoor(
            CertificateAuthority.Open(
                Convert.FromHexString(row[0]), Convert.FromHexString(row[1]), folder.AuthorityKey)
            ?? throw new InvalidOperationException("the authority is sealed with another key"),
            [.. Enumerable.Range(0, controllers).Select(folder.UrlOf)]);
    }

    /// <summary>A node's way to each controller.</summary>
    public IReadOnlyList<CellControlClient> Connect(string cell, string node)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 bare = _authority.IssueNode(
            new NodeName(cell, node), new PublicKey(key), TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1));
        X509Certificate2 certificate = bare.CopyWithPrivateKey(key);
        _kept.Add(certificate);
        return [.. _urls.Select(url => new CellControlClient(Open(url, certificate)))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable one in Enumerable.Reverse(_kept))
            one.Dispose();
        _authority.Dispose();
    }

    private Channel Open(string url, X509Certificate2 certificate)
    {
        Channel channel = Channel.ForAddress(url, new ChannelOptions
        {
            MaxReceiveMessageSize = 8 * 1024 * 1024,
            Tls = new()
            {
                TargetHost = NodeIdentityMethods.ControllerName,
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                RemoteCertificateValidationCallback = (_, shown, _, _) => IssuedCertificate.Judge(
                    (X509Certificate2)shown!, _authority.Certificate, IssuedCertificate.ServerPurpose) is null,
            },
        });
        _kept.Add(channel);
        return channel;
    }
}
