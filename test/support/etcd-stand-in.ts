/** A server of plain HTTP in a host's own Perl: it knows two questions, and is always well. */
const server = String.raw`
use IO::Socket::INET;
my ($port, @names) = @ARGV;
my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $port, Listen => 50, ReuseAddr => 1) or die;
my $members = join ",", map { qq({"name":"$_","clientURLs":["http://127.0.0.1:$port"]}) } @names;
while (my $client = $server->accept) {
  my ($head, $length) = ("", 0);
  while (defined(my $line = <$client>)) {
    $head .= $line;
    $length = $1 if $line =~ /^content-length: (\d+)/i;
    last if $line eq "\r\n";
  }
  read $client, my $body, $length if $length;
  my $answer = $head =~ m(^POST /v3/cluster/member/list ) ? qq({"members":[$members]}) : qq({"health":"true"});
  print $client "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n$answer";
  close $client;
}
`

/** Has a host serve an etcd with these members, all of them at one port of its own, until the host goes. */
export async function serveEtcd(
  run: (script: string) => Promise<unknown>,
  port: number,
  names: readonly string[],
): Promise<void> {
  const encoded = Buffer.from(server).toString('base64')
  await run(`
    printf %s ${encoded} | base64 -d >/root/etcd.pl
    setsid perl /root/etcd.pl ${port} ${names.join(' ')} >/dev/null 2>&1 </dev/null &
    until perl -MIO::Socket::INET -e 'IO::Socket::INET->new(PeerAddr => "127.0.0.1:${port}") or exit 1'; do sleep 0.05; done`)
}
