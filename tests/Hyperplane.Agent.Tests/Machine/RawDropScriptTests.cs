using System.Net;
using Hyperplane.Linux.Nftables;

namespace Hyperplane.Agent.Tests.Machine;

public sealed class RawDropScriptTests
{
    [Fact]
    public void The_script_replaces_the_table_whole() => Assert.Equal(
        """
        table inet hyperplane
        delete table inet hyperplane
        table inet hyperplane {
          set own4 {
            type ipv4_addr
            flags interval
            auto-merge
            elements = { 198.18.0.0/16, 10.32.1.0/24 }
          }
          set own6 {
            type ipv6_addr
            flags interval
            auto-merge
            elements = { 2001:db8::/64 }
          }
          chain raw_drop {
            type filter hook prerouting priority raw; policy accept;
            ip daddr @own4 counter drop
            ip6 daddr @own6 counter drop
          }
        }

        """,
        RawDrop.Script(
            [IPNetwork.Parse("198.18.0.0/16"), IPNetwork.Parse("10.32.1.0/24"), IPNetwork.Parse("2001:db8::/64")]));
}
