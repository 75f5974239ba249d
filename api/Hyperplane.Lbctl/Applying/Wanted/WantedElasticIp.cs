using Hyperplane.Lbctl.Applying.Reading;
using Hyperplane.Lbctl.ElasticIps;

namespace Hyperplane.Lbctl.Applying.Wanted;

/// <summary>An elastic IP of a file; it has a name.</summary>
internal sealed record WantedElasticIp(Place At, ElasticIpRequest Body);
